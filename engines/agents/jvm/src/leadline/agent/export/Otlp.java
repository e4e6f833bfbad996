package leadline.agent.export;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes OTLP protobuf, only what is sent here (opentelemetry-proto, trace/v1/trace.proto), field by field. */
final class Otlp {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    byte[] bytes() {
        return bytes.toByteArray();
    }

    int size() {
        return bytes.size();
    }

    Otlp number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    /** A field of eight bytes as they lie in memory: times, doubles. */
    Otlp fixed(int field, long value) {
        varint((long) field << 3 | 1);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes.write((int) (value >>> shift));
        }
        return this;
    }

    Otlp block(int field, byte[] value) {
        varint((long) field << 3 | 2);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    Otlp text(int field, String value) {
        return block(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Otlp message(int field, Otlp value) {
        return block(field, value.bytes());
    }

    /** An id of one or two big-endian numbers. */
    Otlp identity(int field, long... numbers) {
        byte[] id = new byte[numbers.length * 8];
        for (int at = 0; at < id.length; at++) {
            id[at] = (byte) (numbers[at / 8] >>> (56 - at % 8 * 8));
        }
        return block(field, id);
    }

    Otlp attributes(int field, Map<String, Object> values) {
        values.forEach((key, value) -> attribute(field, key, value));
        return this;
    }

    Otlp attribute(int field, String key, Object value) {
        Otlp any = new Otlp();
        if (value instanceof Boolean flag) {
            any.number(2, flag ? 1 : 0);
        } else if (value instanceof Number number) {
            any.number(3, number.longValue());
        } else {
            any.text(1, String.valueOf(value));
        }
        return message(field, new Otlp().text(1, key).message(2, any));
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}

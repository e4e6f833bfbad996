package leadline.agent.export;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Writes OTLP protobuf, only what is sent here (opentelemetry-proto, trace/v1/trace.proto), field by field. */
final class Otlp {
    private byte[] bytes = new byte[128];
    private int size;

    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
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
            write((int) (value >>> shift));
        }
        return this;
    }

    private Otlp block(int field, byte[] value, int length) {
        varint((long) field << 3 | 2);
        varint(length);
        return append(value, length);
    }

    /** Append fields that are encoded already. */
    Otlp fields(byte[] encoded) {
        return append(encoded, encoded.length);
    }

    private Otlp append(byte[] value, int length) {
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
        }
        System.arraycopy(value, 0, bytes, size, length);
        size += length;
        return this;
    }

    Otlp text(int field, String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        return block(field, encoded, encoded.length);
    }

    Otlp message(int field, Otlp value) {
        return block(field, value.bytes, value.size);
    }

    /** An id of one or two big-endian numbers. */
    Otlp identity(int field, long... numbers) {
        byte[] id = new byte[numbers.length * 8];
        for (int at = 0; at < id.length; at++) {
            id[at] = (byte) (numbers[at / 8] >>> (56 - at % 8 * 8));
        }
        return block(field, id, id.length);
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
            write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        write((int) rest);
    }

    private void write(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = (byte) value;
    }
}

package leadline.agent.hooks;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Values as text. What would have to be consumed to be seen is told by its type. */
final class Text {
    private static final int LIMIT = 2_000;

    private Text() {}

    static String of(Object value) throws Exception {
        if (value instanceof ByteArrayInputStream || value instanceof BufferedInputStream) {
            InputStream stream = (InputStream) value;
            int ready = Math.min(stream.available(), LIMIT); // so that nothing is waited for
            if (ready > 0) {
                stream.mark(LIMIT);
                byte[] ahead = stream.readNBytes(ready);
                stream.reset();
                return new String(ahead, StandardCharsets.UTF_8);
            }
        }
        if (value instanceof StringReader reader) {
            return ahead(reader);
        }
        if (value instanceof byte[] bytes) {
            return new String(bytes, 0, Math.min(bytes.length, LIMIT), StandardCharsets.UTF_8);
        }
        boolean isText = value == null || value instanceof CharSequence || value instanceof Number
                || value instanceof java.io.File || value instanceof java.nio.file.Path || value instanceof java.net.URI
                || value instanceof java.net.URL;
        return isText ? (value == null ? null : value.toString()) : "<" + value.getClass().getSimpleName() + ">";
    }

    private static String ahead(Reader reader) throws Exception {
        char[] buffer = new char[LIMIT];
        reader.mark(LIMIT);
        int read = reader.read(buffer);
        reader.reset();
        return new String(buffer, 0, Math.max(read, 0));
    }

    /** Return an `InputSource`'s content, or where it comes from. */
    static String ofSource(Object source) throws Exception {
        for (String part : List.of("getCharacterStream", "getByteStream")) {
            Object stream = Reflect.call(source, part);
            if (stream != null) {
                return of(stream);
            }
        }
        return Reflect.text(source, "getSystemId");
    }

    /** Return a JSON list of texts. */
    static String list(List<?> parts) {
        StringBuilder text = new StringBuilder("[");
        for (Object part : parts.subList(0, Math.min(parts.size(), 100))) {
            text.append(text.length() > 1 ? ", \"" : "\"");
            for (char each : String.valueOf(part).toCharArray()) {
                if (each == '"' || each == '\\') {
                    text.append('\\').append(each);
                } else if (each < ' ') {
                    text.append(String.format("\\u%04x", (int) each));
                } else {
                    text.append(each);
                }
            }
            text.append('"');
        }
        return text.append(']').toString();
    }
}

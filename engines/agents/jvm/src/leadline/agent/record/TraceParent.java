package leadline.agent.record;

import java.util.regex.Pattern;

/** The header `traceparent` (https://www.w3.org/TR/trace-context/). */
public record TraceParent(long traceHigh, long traceLow, long span) {
    private static final Pattern FORM = Pattern.compile("(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    /** Return what the header says, null where it says nothing valid. */
    static TraceParent read(String header) {
        if (header == null || header.length() > 200 || !FORM.matcher(header.trim()).matches()) {
            return null;
        }
        String text = header.trim();
        TraceParent given = new TraceParent(
                Long.parseUnsignedLong(text, 3, 19, 16),
                Long.parseUnsignedLong(text, 19, 35, 16),
                Long.parseUnsignedLong(text, 36, 52, 16));
        return given.span == 0 || (given.traceHigh | given.traceLow) == 0 ? null : given;
    }

    /** Return the header that makes a span of a request the parent of what another service does. */
    public static String of(Request request, long span) {
        return "00-" + hex(request.traceHigh) + hex(request.traceLow) + "-" + hex(span) + "-01";
    }

    private static String hex(long number) {
        String digits = Long.toHexString(number);
        return "0".repeat(16 - digits.length()) + digits;
    }
}

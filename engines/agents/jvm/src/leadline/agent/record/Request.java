package leadline.agent.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What one request did: its root, the call paths in order of first call, its sinks. Bounded; what is dropped counts. */
public final class Request {
    static final int MAX_NODES = 400;
    static final int MAX_SINKS = 200;
    static final int MAX_DEPTH = 60;
    private static final int VALUE_LIMIT = 2_000;
    private static final int STATEMENT_LIMIT = 8_000;

    public final long traceHigh;
    public final long traceLow;
    public final long remoteParent;
    public final Map<String, Object> attributes = new LinkedHashMap<>();
    /** Concrete prefix → its template, of routes that hold others. */
    public final Map<String, String> prefixes = new HashMap<>();
    public final List<Node> nodes = new ArrayList<>();
    public final List<Sink> sinks = new ArrayList<>();
    public final Node root;
    /** What other threads still do for the request. */
    public final AtomicInteger pending = new AtomicInteger();
    public volatile boolean isError;
    /** The route as the container has it, for where no framework knows it better. */
    public volatile String mapping;
    public int dropped;
    private volatile boolean isClosed;
    private final Map<SinkKey, Sink> distinct = new HashMap<>();

    private record SinkKey(String kind, Place place, String value, Node node) {}

    /** Open a request that continues the trace of a W3C `traceparent`, or one of its own. */
    public Request(String traceparent) {
        TraceParent given = TraceParent.read(traceparent);
        traceHigh = given == null ? Identities.span() : given.traceHigh();
        traceLow = given == null ? Identities.span() : given.traceLow();
        remoteParent = given == null ? 0 : given.span();
        root = new Node(this, null, null, 0);
    }

    boolean hasRoom() {
        return !isClosed && nodes.size() < MAX_NODES;
    }

    public boolean isClosed() {
        return isClosed;
    }

    /** End it: what still runs is recorded no more. */
    public synchronized void close() {
        isClosed = true;
    }

    /** Record a value at a sink. Returns null when it is not recorded. `isEach`: every call counts as one of its own. */
    public synchronized Sink arrive(
            Node at, String kind, String value, Place place, Map<String, Object> told, boolean isEach) {
        if (isClosed) {
            return null;
        }
        int limit = kind.equals("sql") ? STATEMENT_LIMIT : VALUE_LIMIT;
        String kept = value.length() > limit ? value.substring(0, limit) : value;
        SinkKey key = new SinkKey(kind, place, kept, at.recorded());
        Sink known = isEach ? null : distinct.get(key);
        if (known != null) {
            known.count++;
            known.ended = Clock.now();
            return known;
        }
        if (sinks.size() >= MAX_SINKS) {
            dropped++;
            return null;
        }
        Sink sink = new Sink(key.node(), kind, kept, place, told);
        sinks.add(sink);
        distinct.put(key, sink);
        return sink;
    }
}

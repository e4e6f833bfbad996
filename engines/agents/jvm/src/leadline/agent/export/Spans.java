package leadline.agent.export;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import leadline.agent.record.Node;
import leadline.agent.record.Place;
import leadline.agent.record.Request;
import leadline.agent.record.Sink;

/** Requests as spans: the server's, one per call path, one per value at a sink. */
final class Spans {
    private static final int SPAN = 2;
    private static final int INTERNAL = 1;
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final int ATTRIBUTES = 9;
    private static final int MOST = 50_000;
    private static final Map<Place, byte[]> LOCATED = new ConcurrentHashMap<>();

    private Spans() {}

    /** Return an ExportTraceServiceRequest. */
    static byte[] encoded(Map<String, Object> resource, List<Request> requests) {
        Otlp scope = new Otlp().message(1, new Otlp().text(1, "leadline"));
        for (Request request : requests) {
            synchronized (request) {
                scope.message(SPAN, server(request));
                for (Node node : request.nodes) {
                    scope.message(SPAN, function(request, node));
                }
                for (Sink sink : request.sinks) {
                    scope.message(SPAN, sink(request, sink));
                }
            }
        }
        Otlp described = new Otlp().attributes(1, resource);
        return new Otlp().message(1, new Otlp().message(1, described).message(2, scope)).bytes();
    }

    private static Otlp server(Request request) {
        Map<String, Object> told = new LinkedHashMap<>(request.attributes);
        if (request.dropped > 0) {
            told.put("leadline.dropped", request.dropped);
        }
        Object route = told.get("http.route");
        String name = told.get("http.request.method") + (route == null ? "" : " " + route);
        Node root = request.root;
        return span(
                request, root.identity(), request.remoteParent, name, SERVER, root.started, root.ended, told,
                request.isError);
    }

    private static Otlp function(Request request, Node node) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("leadline.calls", node.count.get());
        if (node.error != null) {
            told.put("error.type", node.error);
        }
        long parent = node.parent.recorded().identity();
        String name = node.place.name();
        return span(request, node.identity(), parent, name, INTERNAL, node.started, node.ended, told, false)
                .fields(located(node.place));
    }

    private static Otlp sink(Request request, Sink sink) {
        boolean isRequest = sink.kind.equals("http");
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("leadline.sink.kind", sink.kind);
        told.put(sink.kind.equals("sql") ? "db.query.text" : "leadline.sink.value", sink.value);
        if (isRequest) {
            told.put("url.full", sink.value);
        }
        told.put("leadline.calls", sink.count);
        told.putAll(sink.attributes);
        String name = isRequest ? String.valueOf(told.get("http.request.method")) : "sink " + sink.kind;
        int kind = isRequest ? CLIENT : INTERNAL;
        return span(request, sink.identity(), sink.node.identity(), name, kind, sink.started, sink.ended, told, false)
                .fields(located(sink.place));
    }

    /** Return the attributes of a place, encoded once. */
    private static byte[] located(Place place) {
        byte[] known = LOCATED.get(place);
        if (known == null) {
            known = new Otlp()
                    .attribute(ATTRIBUTES, "code.function.name", place.name())
                    .attribute(ATTRIBUTES, "code.file.path", place.file())
                    .attribute(ATTRIBUTES, "code.line.number", place.line())
                    .bytes();
            if (LOCATED.size() < MOST) {
                LOCATED.put(place, known);
            }
        }
        return known;
    }

    private static Otlp span(
            Request request, long identity, long parent, String name, int kind, long started, long ended,
            Map<String, Object> told, boolean isError) {
        Otlp span = new Otlp().identity(1, request.traceHigh, request.traceLow).identity(2, identity);
        if (parent != 0) {
            span.identity(4, parent);
        }
        span.text(5, name).number(6, kind).fixed(7, started).fixed(8, ended).attributes(ATTRIBUTES, told);
        return isError ? span.message(15, new Otlp().number(3, 2)) : span;
    }
}

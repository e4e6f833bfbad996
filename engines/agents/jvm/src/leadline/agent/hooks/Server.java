package leadline.agent.hooks;

import java.util.Map;
import leadline.agent.export.Exporter;
import leadline.agent.record.Clock;
import leadline.agent.record.Node;
import leadline.agent.record.Request;
import leadline.agent.record.Walk;

/** A request arrives at a server: its root span, from the first method that handles it on. */
abstract class Server implements Advice {
    /** What every kind of server tells in its own way. Null where it does not. */
    abstract Told told(Call call) throws Exception;

    /** Return the status of the response, 0 where it is not known. */
    abstract int status(Call call) throws Exception;

    /** Return the template of the route as far as the call tells it. */
    String route(Call call) {
        return null;
    }

    record Told(String method, String path, String query, String traceparent) {}

    private record Open(Request request, Node before) {}

    @Override
    public boolean isAlways() {
        return true;
    }

    @Override
    public void before(Walk walk, Call call) throws Exception {
        if (walk.isServing) {
            note(walk.node.request, call);
            return;
        }
        Told told = told(call);
        if (told == null) {
            return;
        }
        Request request = new Request(told.traceparent());
        request.attributes.put("http.request.method", told.method());
        request.attributes.put("url.path", told.path());
        if (told.query() != null && !told.query().isEmpty()) {
            request.attributes.put("url.query", told.query());
        }
        Exporter.expect();
        call.state = new Open(request, walk.node);
        walk.node = request.root;
        walk.isServing = true;
    }

    @Override
    public void after(Walk walk, Call call, Object result, Throwable error) throws Exception {
        if (!(call.state instanceof Open open)) {
            return;
        }
        walk.node = open.before();
        walk.isServing = false;
        walk.within = 0;
        Request request = open.request();
        request.root.ended = Clock.now();
        try {
            Map<String, Object> attributes = request.attributes;
            int status = status(call);
            if (error != null) {
                attributes.put("error.type", error.getClass().getName());
                status = status < 400 ? 500 : status; // what the server answers once it has caught it
            }
            if (status > 0) {
                attributes.put("http.response.status_code", status);
            }
            status = attributes.get("http.response.status_code") instanceof Integer told ? told : 0;
            note(request, call);
            if (request.mapping != null) {
                attributes.putIfAbsent("http.route", request.mapping);
            }
            request.isError = status >= 500;
        } finally {
            Exporter.offer(request);
        }
    }

    private void note(Request request, Call call) {
        String route = route(call);
        if (route != null) {
            request.mapping = route;
        }
    }
}

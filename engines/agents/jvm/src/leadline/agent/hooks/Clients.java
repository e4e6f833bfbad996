package leadline.agent.hooks;

import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import leadline.agent.record.Arrivals;
import leadline.agent.record.Clock;
import leadline.agent.record.Sink;
import leadline.agent.record.TraceParent;
import leadline.agent.record.Walk;
import leadline.agent.record.WeakMap;

/** Requests that the service sends: a client span each, which the called service continues. */
final class Clients {
    private static final int HTTP = 1 << 1;

    private Clients() {}

    static void add(Hooks.Table table) {
        Advice connection = new UrlConnection();
        for (String method : new String[] {"connect", "getOutputStream", "getInputStream"}) {
            table.hook("sun/net/www/protocol/http/HttpURLConnection", method, "()", connection);
        }
        String request = "(Ljava/net/http/HttpRequest;";
        table.rewriting("jdk/internal/net/http/HttpClientFacade", "send*", request, new HttpClient());
        for (String client : new String[] {
            "org/apache/http/impl/client/InternalHttpClient", "org/apache/http/impl/client/AbstractHttpClient"
        }) {
            table.hook(client, "doExecute", "(", new Apache());
        }
        table.hook("org/apache/hc/client5/http/impl/classic/InternalHttpClient", "doExecute", "(", new Apache());
    }

    /** The state of one request, kept until its answer is there. */
    private abstract static class Client implements Advice {
        /** Return what is sent, null when this is no first step of a request. */
        abstract Sent sent(Call call) throws Exception;

        abstract void tell(Call call, String traceparent) throws Exception;

        /** Return the status of the answer, 0 where it is not known. */
        abstract int status(Call call, Object result) throws Exception;

        record Sent(String method, String url) {}

        private record Open(Sink sink, int within) {}

        @Override
        public void before(Walk walk, Call call) throws Exception {
            if ((walk.within & HTTP) != 0 || walk.active() == null) {
                return;
            }
            Sent sent = sent(call);
            Sink sink = null;
            if (sent != null) {
                Map<String, Object> told = new HashMap<>();
                told.put("http.request.method", sent.method());
                told.put("leadline.sink.mode", sent.method());
                sink = Arrivals.arriveEach(walk, "http", sent.url(), told);
                if (sink != null) {
                    tell(call, TraceParent.of(sink.node.request, sink.identity()));
                }
            }
            call.state = new Open(sink, walk.within);
            walk.within |= HTTP;
        }

        @Override
        public void after(Walk walk, Call call, Object result, Throwable error) throws Exception {
            if (!(call.state instanceof Open open)) {
                return;
            }
            walk.within = open.within();
            if (open.sink() != null) {
                open.sink().ended = Clock.now();
                int status = error == null && result != null ? status(call, result) : 0;
                if (status > 0) {
                    open.sink().attributes.put("http.response.status_code", status);
                }
                if (error != null) {
                    open.sink().attributes.put("error.type", error.getClass().getName());
                }
            }
        }
    }

    private static final class UrlConnection extends Client {
        private final WeakMap<Boolean> begun = new WeakMap<>();

        @Override
        Sent sent(Call call) {
            HttpURLConnection connection = (HttpURLConnection) call.self;
            if (begun.get(connection) != null) {
                return null;
            }
            begun.put(connection, true);
            return new Sent(connection.getRequestMethod(), connection.getURL().toString());
        }

        @Override
        void tell(Call call, String traceparent) {
            ((HttpURLConnection) call.self).setRequestProperty("traceparent", traceparent);
        }

        @Override
        int status(Call call, Object result) {
            return 0; // asking for it would send the request
        }
    }

    private static final class HttpClient extends Client {
        @Override
        Sent sent(Call call) throws Exception {
            Object request = call.argument(0);
            return new Sent(Reflect.text(request, "method"), Reflect.text(request, "uri"));
        }

        /** Requests cannot be changed: a copy with the header takes the place of the argument. */
        @Override
        void tell(Call call, String traceparent) throws Exception {
            Class<?> type = Class.forName("java.net.http.HttpRequest", true, ClassLoader.getPlatformClassLoader());
            java.util.function.BiPredicate<String, String> all = (name, value) -> !name.equalsIgnoreCase("traceparent");
            Object builder = type.getMethod("newBuilder", type, java.util.function.BiPredicate.class)
                    .invoke(null, call.argument(0), all);
            Reflect.call(builder, "header", "traceparent", traceparent);
            call.arguments[0] = Reflect.call(builder, "build");
        }

        @Override
        int status(Call call, Object result) throws Exception {
            return result instanceof java.util.concurrent.Future ? 0 : (int) Reflect.call(result, "statusCode");
        }
    }

    private static final class Apache extends Client {
        @Override
        Sent sent(Call call) throws Exception {
            Object request = call.argument(1);
            Object line = request == null ? null : lineOf(request);
            if (line == null) {
                return null;
            }
            String path = Reflect.text(line, line == request ? "getRequestUri" : "getUri");
            String host = Reflect.text(call.argument(0), "toURI");
            boolean isWhole = path != null && path.contains("://") || host == null;
            return new Sent(Reflect.text(line, "getMethod"), isWhole ? path : host + path);
        }

        private static Object lineOf(Object request) {
            try {
                return Reflect.call(request, "getRequestLine"); // version 4
            } catch (Exception version5) {
                return request;
            }
        }

        @Override
        void tell(Call call, String traceparent) throws Exception {
            Reflect.call(call.argument(1), "setHeader", "traceparent", traceparent);
        }

        @Override
        int status(Call call, Object result) throws Exception {
            String code = Reflect.text(result, "getCode");
            return code != null ? Integer.parseInt(code)
                    : (int) Reflect.call(Reflect.call(result, "getStatusLine"), "getStatusCode");
        }
    }
}

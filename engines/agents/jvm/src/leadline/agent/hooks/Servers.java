package leadline.agent.hooks;

import java.util.Map;
import leadline.agent.record.Node;
import leadline.agent.record.Walk;

/** The servers whose requests become root spans. */
final class Servers {
    private static final String SPRING = "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

    private Servers() {}

    static void add(Hooks.Table table) {
        table.hook("org/eclipse/jetty/server/Server", "handle", "(Lorg/eclipse/jetty/server/HttpChannel;)", new Jetty());
        for (String servlet : new String[] {"javax/servlet", "jakarta/servlet"}) {
            table.hook(servlet + "/http/HttpServlet", "service", "(L" + servlet + "/ServletRequest;", new Servlet());
        }
        table.hook("org/httpkit/server/HttpHandler", "run", "()", new HttpKit());
        table.hook("org/httpkit/HttpUtils", "HttpEncode", "(I", new HttpKitStatus());
        table.hook("sun/net/httpserver/ServerImpl$Exchange$LinkHandler", "handle", "(", new JdkServer());
    }

    private static Server.Told servletRequest(Object request) throws Exception {
        return new Server.Told(
                String.valueOf(Reflect.call(request, "getMethod")),
                String.valueOf(Reflect.call(request, "getRequestURI")),
                (String) Reflect.call(request, "getQueryString"),
                (String) Reflect.call(request, "getHeader", "traceparent"));
    }

    /** What a framework notes on the request, or the servlet's own mapping where that says a path. */
    private static String servletRoute(Object request) {
        String noted = Reflect.text(request, "getAttribute", SPRING);
        if (noted != null) {
            return noted;
        }
        String servlet = Reflect.text(request, "getServletPath");
        boolean isPrefix = servlet != null && servlet.length() > 1 && Reflect.text(request, "getPathInfo") != null;
        return isPrefix ? servlet + "/*" : null; // without more path it may be any servlet for all that is left
    }

    private static final class Jetty extends Server {
        @Override
        Told told(Call call) throws Exception {
            return servletRequest(Reflect.call(call.argument(0), "getRequest"));
        }

        @Override
        int status(Call call) throws Exception {
            return (int) Reflect.call(Reflect.call(call.argument(0), "getResponse"), "getStatus");
        }

        @Override
        String route(Call call) {
            try {
                return servletRoute(Reflect.call(call.argument(0), "getRequest"));
            } catch (Exception missing) {
                return null;
            }
        }
    }

    private static final class Servlet extends Server {
        @Override
        Told told(Call call) throws Exception {
            return servletRequest(call.argument(0));
        }

        @Override
        int status(Call call) throws Exception {
            return (int) Reflect.call(call.argument(1), "getStatus");
        }

        @Override
        String route(Call call) {
            return servletRoute(call.argument(0));
        }
    }

    private static final class JdkServer extends Server {
        @Override
        Told told(Call call) throws Exception {
            Object exchange = call.argument(0);
            java.net.URI uri = (java.net.URI) Reflect.call(exchange, "getRequestURI");
            Object headers = Reflect.call(exchange, "getRequestHeaders");
            return new Told(
                    String.valueOf(Reflect.call(exchange, "getRequestMethod")),
                    uri.getRawPath(),
                    uri.getRawQuery(),
                    (String) Reflect.call(headers, "getFirst", "traceparent"));
        }

        @Override
        int status(Call call) throws Exception {
            return Math.max((int) Reflect.call(call.argument(0), "getResponseCode"), 0);
        }
    }

    /** http-kit hands a request to a pool as a task, and tells its status only as it writes the answer. */
    private static final class HttpKit extends Server {
        @Override
        Told told(Call call) throws Exception {
            Object request = Reflect.field(call.self, "req");
            Object headers = Reflect.field(request, "headers");
            return new Told(
                    String.valueOf(Reflect.field(request, "method")),
                    (String) Reflect.field(request, "uri"),
                    (String) Reflect.field(request, "queryString"),
                    headers instanceof Map<?, ?> all ? (String) all.get("traceparent") : null);
        }

        @Override
        int status(Call call) {
            return 0;
        }
    }

    private static final class HttpKitStatus implements Advice {
        @Override
        public void before(Walk walk, Call call) {
            Node node = walk.active();
            if (node != null && walk.isServing) {
                node.request.attributes.put("http.response.status_code", call.argument(0));
            }
        }
    }
}

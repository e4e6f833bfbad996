package leadline.agent.hooks;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import leadline.agent.record.Node;
import leadline.agent.record.Request;
import leadline.agent.record.Walk;

/** The template of the route that a framework has chosen. The last one chosen counts: earlier ones did not answer. */
final class Routes {
    private static final Pattern PARAMETER = Pattern.compile(":([\\p{L}_][\\p{L}\\p{N}_-]*)|\\{([^{}]*)}");
    private static final int MOST = 10_000;
    private static final Map<String, String> TEMPLATES = new ConcurrentHashMap<>(); // as written → as told

    private Routes() {}

    static void add(Hooks.Table table) {
        String compojure = "compojure/core$";
        table.hook(compojure + "route_request", "invokeStatic", "(", new CompojureRoute());
        table.hook(compojure + "context_request", "invokeStatic", "(", new CompojureContext());
        table.hook("reitit/core$*", "match_by_path", "(", chosen("template"));
        table.hook("io/pedestal/http/route*", "find_route", "(", chosen("path"));
    }

    private static void choose(Walk walk, String template) {
        Node node = walk.active();
        if (node != null && template != null && !template.isEmpty()) {
            Request request = node.request;
            synchronized (request) {
                request.attributes.put("http.route", template);
            }
        }
    }

    /** Return a template with parameters as `{name}`. */
    static String template(String written) {
        String known = TEMPLATES.get(written);
        if (known == null) {
            known = rewritten(written);
            if (TEMPLATES.size() < MOST) {
                TEMPLATES.put(written, known);
            }
        }
        return known;
    }

    private static String rewritten(String written) {
        return PARAMETER.matcher(written.replaceFirst(":__path-info$", ""))
                .replaceAll(found -> "{" + (found.group(1) != null ? found.group(1) : found.group(2)) + "}");
    }

    /** A router's answer says the template under this key. */
    private static Advice chosen(String key) {
        return new Advice() {
            @Override
            public void before(Walk walk, Call call) {}

            @Override
            public void after(Walk walk, Call call, Object result, Throwable error) throws Exception {
                Object told = ClojureMaps.get(result, key);
                choose(walk, told == null ? null : template(told.toString()));
            }
        };
    }

    /** `(route-request request route)` gives the request for the handler; its `:context` is what prefixes matched. */
    private static final class CompojureRoute implements Advice {
        @Override
        public void before(Walk walk, Call call) {}

        @Override
        public void after(Walk walk, Call call, Object result, Throwable error) throws Exception {
            if (result != null && walk.active() != null) {
                Object context = ClojureMaps.get(call.argument(0), "context");
                choose(walk, prefix(walk, context) + template(String.valueOf(call.argument(1))));
            }
        }
    }

    /** `(context-request request route)` gives a request whose `:context` is longer by what the prefix matched. */
    private static final class CompojureContext implements Advice {
        @Override
        public void before(Walk walk, Call call) {}

        @Override
        public void after(Walk walk, Call call, Object result, Throwable error) throws Exception {
            if (result == null || walk.active() == null) {
                return;
            }
            String own = template(String.valueOf(call.argument(1)));
            String whole = prefix(walk, ClojureMaps.get(call.argument(0), "context")) + own;
            Request request = walk.node.request;
            synchronized (request) {
                request.prefixes.put(String.valueOf(ClojureMaps.get(result, "context")), whole);
            }
        }
    }

    private static String prefix(Walk walk, Object context) {
        Request request = walk.node.request;
        synchronized (request) {
            return context == null ? "" : request.prefixes.getOrDefault(context.toString(), context.toString());
        }
    }
}

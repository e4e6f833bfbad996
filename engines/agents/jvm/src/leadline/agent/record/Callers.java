package leadline.agent.record;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** Which line of the service's own code is at work: the innermost frame of a class whose source is under the roots. */
public final class Callers {
    private static final int MAX_FRAMES = 120;
    private static final StackWalker WALKER = StackWalker.getInstance();
    /** Class → line → the definition around it. */
    private static final Map<String, IntFunction<Place>> OWN = new ConcurrentHashMap<>();
    /** Frames that mean that code is being loaded: what happens below them is no doing of the request. */
    private static final Set<String> LOADING =
            Set.of("java.lang.ClassLoader", "java.util.ServiceLoader", "clojure.lang.RT#load");
    /** Files that these open are their own: certificates, policies, settings of parsers. */
    private static final List<String> SETTINGS = List.of(
            "sun.security.", "java.security.", "javax.crypto.", "javax.net.ssl.", "com.sun.crypto.", "jdk.xml.internal.");

    private Callers() {}

    /** Note a class of the service. `definitions`: line → the place of the definition around it. */
    public static void own(String className, IntFunction<Place> definitions) {
        OWN.put(className, definitions);
    }

    /** Return the calling line, null where the service's own code is not within `nearest` frames outside the agent. */
    static Place calling(int nearest, boolean isFile) {
        return WALKER.walk(frames -> calling(frames, nearest, isFile));
    }

    private static Place calling(Stream<StackWalker.StackFrame> frames, int nearest, boolean isFile) {
        int distance = 0;
        for (var each = frames.limit(MAX_FRAMES).iterator(); each.hasNext(); ) {
            StackWalker.StackFrame frame = each.next();
            String name = frame.getClassName();
            if (name.startsWith("leadline.agent.")) {
                continue;
            }
            IntFunction<Place> definitions = OWN.get(name);
            if (definitions != null) {
                int line = Math.max(frame.getLineNumber(), 0);
                Place around = definitions.apply(line);
                return new Place(around.name(), around.file(), line);
            }
            if (++distance > nearest || isLoading(name, frame.getMethodName())
                    || isFile && SETTINGS.stream().anyMatch(name::startsWith)) {
                return null;
            }
        }
        return null;
    }

    private static boolean isLoading(String name, String method) {
        return LOADING.contains(name) || LOADING.contains(name + "#" + method) || method.equals("<clinit>");
    }
}

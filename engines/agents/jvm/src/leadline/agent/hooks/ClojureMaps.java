package leadline.agent.hooks;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reads values out of Clojure's maps and records by keyword. */
final class ClojureMaps {
    private static final Map<ClassLoader, Method> INTERN = new ConcurrentHashMap<>();

    private ClojureMaps() {}

    /** Return the value under a keyword, null where there is none or it is no map. */
    static Object get(Object map, String keyword) throws Exception {
        if (!(map instanceof Map<?, ?> values)) {
            return null;
        }
        ClassLoader loader = map.getClass().getClassLoader();
        Method intern = INTERN.get(loader);
        if (intern == null) {
            intern = Class.forName("clojure.lang.Keyword", true, loader).getMethod("intern", String.class);
            INTERN.put(loader, intern);
        }
        return values.get(intern.invoke(null, keyword));
    }
}

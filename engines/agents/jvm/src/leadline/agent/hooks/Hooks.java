package leadline.agent.hooks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All hooks, by the class that they are in. */
public final class Hooks {
    private static final Table TABLE = new Table();

    static {
        Servers.add(TABLE);
        Routes.add(TABLE);
        Statements.add(TABLE);
        Clients.add(TABLE);
        Sinks.add(TABLE);
        Pools.add(TABLE);
    }

    private static final Advice[] ADVICES = TABLE.all.stream().map(hook -> hook.advice).toArray(Advice[]::new);

    private Hooks() {}

    /** Collects the hooks. */
    static final class Table {
        private final List<Hook> all = new ArrayList<>();
        private final Map<String, List<Hook>> exact = new HashMap<>();
        private final List<Hook> prefixes = new ArrayList<>();

        void hook(String owner, String method, String descriptor, Advice advice) {
            add(owner, method, descriptor, false, advice);
        }

        /** The advice may put something else in the place of the first argument. */
        void rewriting(String owner, String method, String descriptor, Advice advice) {
            add(owner, method, descriptor, true, advice);
        }

        private void add(String owner, String method, String descriptor, boolean isRewriting, Advice advice) {
            Hook hook = new Hook(all.size(), owner, method, descriptor, isRewriting, advice);
            all.add(hook);
            if (owner.endsWith("*")) {
                prefixes.add(hook);
            } else {
                exact.computeIfAbsent(owner, none -> new ArrayList<>()).add(hook);
            }
        }
    }

    static Advice of(int number) {
        return ADVICES[number];
    }

    /** Return the hooks of a class, its name with '/'. */
    public static List<Hook> of(String className) {
        List<Hook> found = TABLE.exact.getOrDefault(className, List.of());
        for (Hook hook : TABLE.prefixes) {
            if (hook.isOf(className)) {
                found = found.isEmpty() ? new ArrayList<>() : new ArrayList<>(found);
                found.add(hook);
            }
        }
        return found;
    }

    public static boolean isHooked(String className) {
        return !of(className).isEmpty();
    }
}

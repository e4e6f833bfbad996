package leadline.agent.code;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import leadline.agent.record.Place;

/**
 * Finds the functions of the source in the classes that Clojure makes of them: `ns$fn` with `invokeStatic` (what direct
 * linking calls as well) or `invoke` for closures; records, types, `reify` with methods of their own.
 */
final class ClojureClass {
    private static final Set<String> FUNCTION_TYPES =
            Set.of("clojure/lang/AFunction", "clojure/lang/RestFn", "clojure/lang/AFn");

    private final ClassShape shape;
    private final String file;
    private final List<Definition> definitions; // in the order of the source: of those that cover a line the last is innermost

    ClojureClass(ClassShape shape, String file, List<Definition> definitions) {
        this.shape = shape;
        this.file = file;
        this.definitions = definitions;
    }

    OwnClass read() {
        Map<String, OwnClass.Function> functions = new HashMap<>();
        if (FUNCTION_TYPES.contains(shape.superName)) {
            List<ClassShape.Method> bodies = bodies();
            OwnClass.Function function = bodies.isEmpty() || isPlumbing() ? null : function(bodies);
            for (ClassShape.Method each : function == null ? List.<ClassShape.Method>of() : bodies) {
                functions.put(each.name() + each.descriptor(), function);
            }
        } else {
            for (ClassShape.Method each : shape.methods) {
                Definition definition = method(each);
                if (definition != null) {
                    functions.put(each.name() + each.descriptor(), new OwnClass.Function(definition.place(), false));
                }
            }
        }
        return new OwnClass(functions, around());
    }

    private IntFunction<Place> around() {
        return line -> {
            Definition innermost = innermost(line, null);
            return innermost == null ? new Place("<module>", file, line) : innermost.place();
        };
    }

    /** The methods that hold the code; those that only hand over to them are left out. */
    private List<ClassShape.Method> bodies() {
        List<ClassShape.Method> linked = named("invokeStatic");
        if (!linked.isEmpty()) {
            return linked;
        }
        List<ClassShape.Method> bodies = named("invokePrim");
        for (ClassShape.Method each : named("invoke")) {
            if (bodies.stream().noneMatch(primitive -> primitive.parameters() == each.parameters()
                    && primitive.name().equals("invokePrim"))) {
                bodies.add(each);
            }
        }
        bodies.addAll(named("doInvoke"));
        return bodies;
    }

    private List<ClassShape.Method> named(String name) {
        return new ArrayList<>(shape.methods.stream().filter(each -> each.name().equals(name)).toList());
    }

    /** Whether nobody wrote it: dispatch of protocols, loading of namespaces. */
    private boolean isPlumbing() {
        String last = lastName(false);
        return last.startsWith("G__") || last.startsWith("loading__");
    }

    private OwnClass.Function function(List<ClassShape.Method> bodies) {
        int start = shape.methods.stream().filter(each -> each.name().equals("<init>"))
                .findFirst().orElse(bodies.get(0)).start();
        String name = lastName(true);
        Definition definition = innermost(start, name);
        Definition method = methodOf(bodies, definition);
        if (method != null) {
            return new OwnClass.Function(method.place(), false);
        }
        if (definition == null) {
            String shown = name.startsWith("->") ? "" : "<module>";
            boolean isMade = lastName(false).startsWith("__GT_") || lastName(false).startsWith("map__GT_");
            return isMade || shown.isEmpty() ? null : new OwnClass.Function(new Place(shown, file, start), true);
        }
        boolean isItself = Munged.munged(definition.simple()).equals(name)
                || !definition.isNamedByCompiler() && definition.start() == start;
        return new OwnClass.Function(definition.place(), !isItself);
    }

    /** A method of `proxy` or `extend-protocol`: its class tells the line of the whole form, its code its own lines. */
    private Definition methodOf(List<ClassShape.Method> bodies, Definition around) {
        for (ClassShape.Method body : bodies) {
            for (int line : body.lines()) {
                Definition inner = innermost(line, null);
                boolean isMethod = inner != null && inner != around && !inner.isNamedByCompiler()
                        && inner.place().name().contains(".");
                if (isMethod && (around == null || around.covers(inner.start()))) {
                    int start = body.start();
                    boolean isWhole = body.lines().stream().allMatch(each -> inner.covers(each) || each == start);
                    return isWhole ? inner : null;
                }
            }
        }
        return null;
    }

    /** The definition of a record's method. Methods that Clojure adds lie outside of all, or have another name. */
    private Definition method(ClassShape.Method method) {
        for (int at = definitions.size() - 1; at >= 0; at--) {
            Definition each = definitions.get(at);
            if (each.covers(method.start()) && Munged.munged(each.simple()).equals(method.name())) {
                return each;
            }
        }
        return null;
    }

    private Definition innermost(int line, String munged) {
        Definition innermost = null;
        for (Definition each : definitions) {
            if (each.covers(line)) {
                boolean isBetter = innermost == null || !Munged.munged(innermost.simple()).equals(munged)
                        || each.start() > innermost.start();
                innermost = isBetter ? each : innermost;
            }
        }
        return innermost;
    }

    /** The last part of the class's name, without the number that Clojure gives to what is nested. */
    private String lastName(boolean isBare) {
        String last = shape.name.substring(shape.name.lastIndexOf('$') + 1);
        return isBare ? last.replaceFirst("__\\d+$", "") : last;
    }
}

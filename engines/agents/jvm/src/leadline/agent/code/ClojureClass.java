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
    private final Set<Definition> taken; // methods that other classes are
    private final List<Definition> definitions; // in the source's order: of those around a line the last is innermost

    ClojureClass(ClassShape shape, String file, List<Definition> definitions, Set<Definition> taken) {
        this.shape = shape;
        this.file = file;
        this.definitions = definitions;
        this.taken = taken;
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
                    functions.put(each.name() + each.descriptor(), new OwnClass.Function(definition, false));
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
        Definition method = name.equals("fn") ? methodAt(start, bodies, null) : null;
        if (method != null) {
            return new OwnClass.Function(method, false);
        }
        Definition definition = named(start, name);
        if (definition == null) {
            boolean isConstructor = name.startsWith("__GT_") || name.startsWith("map__GT_"); // of a record, not written
            return isConstructor ? null : new OwnClass.Function(new Place("<module>", file, start), true, List.of());
        }
        boolean isItself = Munged.munged(definition.simple()).equals(name)
                || !definition.isNamedByCompiler() && definition.start() == start;
        return new OwnClass.Function(definition, !isItself);
    }

    /**
     * Return the method that the code is, of those in the form that begins at a line: Clojure gives all of them that
     * line, and the lines of what they call. Where they call nothing, the number of parameters and the order tell them
     * apart. `name`: of the method where the class tells it.
     */
    private Definition methodAt(int form, List<ClassShape.Method> bodies, String name) {
        List<Definition> methods = definitions.stream()
                .filter(each -> each.form() == form && (name == null || Munged.munged(each.simple()).equals(name)))
                .toList();
        List<Integer> lines =
                bodies.stream().flatMap(each -> each.lines().stream()).filter(each -> each > form).toList();
        Definition most = null;
        long best = 0;
        for (Definition each : methods) {
            long covered = lines.stream().filter(each::covers).count(); // macros may bring lines of elsewhere
            most = covered > best ? each : most;
            best = Math.max(covered, best);
        }
        if (most == null && bodies.size() == 1 && lines.isEmpty()) {
            return plain(methods, bodies.get(0));
        }
        taken.addAll(most == null ? Set.of() : Set.of(most));
        return most;
    }

    private Definition plain(List<Definition> methods, ClassShape.Method body) {
        int receiver = FUNCTION_TYPES.contains(shape.superName) ? 0 : 1; // `this` is no parameter of a method
        for (Definition each : methods) {
            boolean isAlike = each.parameters() < 0 || each.parameters() == body.parameters() + receiver;
            if (isAlike && taken.add(each)) {
                return each;
            }
        }
        return null;
    }

    private Definition method(ClassShape.Method method) {
        return methodAt(method.start(), List.of(method), method.name());
    }

    /**
     * Return the innermost definition at a line, or one of that name beside it: functions of `letfn` all have the line of
     * the first.
     */
    private Definition named(int line, String munged) {
        Definition innermost = innermost(line, munged);
        if (innermost != null && Munged.munged(innermost.simple()).equals(munged)) {
            return innermost;
        }
        return definitions.stream()
                .filter(each -> each.isNamedByCompiler() && each.start() > line)
                .filter(each -> Munged.munged(each.simple()).equals(munged))
                .filter(each -> definitions.stream().anyMatch(around -> around.covers(line)
                        && each.place().name().equals(around.place().name() + "/" + each.simple())))
                .findFirst().orElse(innermost);
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

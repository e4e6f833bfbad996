package leadline.agent.code;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import leadline.agent.record.Place;
import org.objectweb.asm.Opcodes;

/** Names the methods of a Java or Kotlin class as the static inventory does: `Pricing$Inner.get`, `Pricing.price#2`. */
final class JavaClass {
    private final ClassShape shape;
    private final String file;
    private final Map<String, String> constants;
    private final TreeMap<Integer, Place> starts = new TreeMap<>();

    /** `constants`: body of an enum's constant → its name; what this class tells of its own is added. */
    JavaClass(ClassShape shape, String file, Map<String, String> constants) {
        this.shape = shape;
        this.file = file;
        this.constants = constants;
        constants.putAll(shape.constants);
    }

    OwnClass read() {
        Map<String, OwnClass.Function> functions = new HashMap<>();
        Map<String, Integer> names = new HashMap<>();
        List<ClassShape.Method> methods = new ArrayList<>(shape.methods);
        methods.sort(Comparator.comparingInt(each -> isLambda(each) ? each.start() : 0)); // compilers put them in any order
        for (ClassShape.Method each : methods) {
            String name = isWritten(each) ? nameOf(each) : null;
            if (name == null) {
                continue;
            }
            int nth = names.merge(name, 1, Integer::sum);
            Place place = new Place(nth == 1 ? name : name + "#" + nth, file, each.start());
            each.lines().forEach(line -> starts.put(line, place));
            functions.put(each.name() + each.descriptor(), new OwnClass.Function(place, false, List.of()));
        }
        return new OwnClass(functions, around());
    }

    private IntFunction<Place> around() {
        return line -> {
            Map.Entry<Integer, Place> nearest = starts.floorEntry(line);
            return nearest == null ? new Place("<module>", file, line) : nearest.getValue();
        };
    }

    /** Whether the source holds the method: not what compilers add. */
    private boolean isWritten(ClassShape.Method method) {
        if ((method.access() & Opcodes.ACC_BRIDGE) != 0 || method.name().equals("<clinit>")) {
            return false;
        }
        if ((method.access() & Opcodes.ACC_SYNTHETIC) != 0) {
            return isLambda(method);
        }
        if (method.name().equals("<init>")) { // one that nobody wrote has the line of its class alone
            boolean isImplicit = shape.superName.equals("java/lang/Record") || (shape.access & Opcodes.ACC_ENUM) != 0;
            return !shape.isAnonymous() && method.lines().stream().distinct().count() > 1 && !isImplicit;
        }
        boolean isOfEnum = (shape.access & Opcodes.ACC_ENUM) != 0
                && List.of("values", "valueOf").contains(method.name()) && (method.access() & Opcodes.ACC_STATIC) != 0;
        return !isOfEnum;
    }

    private static boolean isLambda(ClassShape.Method method) {
        return method.name().startsWith("lambda$");
    }

    private String nameOf(ClassShape.Method method) {
        if (isLambda(method)) {
            String[] parts = method.name().split("\\$");
            return owner() + "." + (parts.length > 2 ? named(parts[1]) : "<anonymous>") + ".<anonymous>";
        }
        boolean isTopLevel = file.endsWith(".kt") && shape.name.endsWith("Kt") && (method.access() & Opcodes.ACC_STATIC) != 0;
        return isTopLevel ? method.name() : owner() + "." + named(method.name());
    }

    private String named(String method) {
        String simple = owner();
        return method.equals("<init>") || method.equals("new") ? simple.substring(simple.lastIndexOf('$') + 1) : method;
    }

    /** `Outer$Inner`, or for a class without a name `Outer.method.Interface`. */
    private String owner() {
        String own = shape.name.substring(shape.name.lastIndexOf('/') + 1);
        if (!shape.isAnonymous() || shape.enclosingClass.isEmpty()) {
            return own;
        }
        String constant = constants.get(shape.name);
        if (constant != null) {
            return shape.superName.substring(shape.superName.lastIndexOf('/') + 1) + "$" + constant;
        }
        String type = shape.interfaces.isEmpty() ? shape.superName : shape.interfaces.get(0);
        String outer = shape.enclosingClass.substring(shape.enclosingClass.lastIndexOf('/') + 1);
        String method = shape.enclosingMethod.isEmpty() ? "" : shape.enclosingMethod + ".";
        return outer + "." + method + type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf('$')) + 1);
    }
}

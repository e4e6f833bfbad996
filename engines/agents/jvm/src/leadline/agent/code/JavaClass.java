package leadline.agent.code;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import leadline.agent.record.Place;
import org.objectweb.asm.Opcodes;

/**
 * Names the methods of a Java or Kotlin class as the static inventory does: `Pricing$Inner.get`, `Pricing.price#2`,
 * `Pricing.price.<anonymous>` for what is written within `price`.
 */
final class JavaClass {
    private static final int HEADER = 6; // lines that a constructor's parameters and first call may take
    private static final List<String> OF_RECORDS = List.of("toString", "hashCode", "equals", "<init>");

    private final ClassShape shape;
    private final String file;
    private final String[] source;
    private final KotlinNames kotlin; // null for Java
    private final Map<String, String> constants;
    private final Map<String, OwnClass.Function> functions = new HashMap<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final TreeMap<Integer, Place> starts = new TreeMap<>();

    /**
     * `source`: its lines, none where it is not there; `constants`: body of an enum's constant → its name; what this class
     * tells of its own is added.
     */
    JavaClass(ClassShape shape, String file, String[] source, Map<String, String> constants) {
        this.shape = shape;
        this.file = file;
        this.source = source;
        this.kotlin = file.endsWith(".kt") ? new KotlinNames(shape, source) : null;
        this.constants = constants;
        constants.putAll(shape.constants);
    }

    OwnClass read() {
        for (ClassShape.Method each : shape.methods) {
            boolean isAdded = (each.access() & (Opcodes.ACC_BRIDGE | Opcodes.ACC_SYNTHETIC)) != 0;
            if (!isAdded && !ClassShape.isLambda(each.name())) {
                boolean isWritten = isWritten(each);
                String name = isWritten ? add(nameOf(each), each) : owner();
                within(each, name);
            }
        }
        return new OwnClass(functions, around());
    }

    private String add(String name, ClassShape.Method method) {
        int nth = names.merge(name, 1, Integer::sum);
        Place place = new Place(nth == 1 ? name : name + "#" + nth, file, method.start());
        method.lines().forEach(line -> starts.put(line, place));
        functions.put(method.key(), new OwnClass.Function(place, false, List.of()));
        return place.name();
    }

    /** Name the functions written within a method, which compilers make methods of their own. */
    private void within(ClassShape.Method method, String name) {
        for (String key : method.lambdas()) {
            for (ClassShape.Method each : shape.methods) {
                if (each.key().equals(key) && !functions.containsKey(key)) {
                    within(each, add(name + ".<anonymous>", each));
                }
            }
        }
    }

    private IntFunction<Place> around() {
        return line -> {
            Map.Entry<Integer, Place> nearest = starts.floorEntry(line);
            return nearest == null ? new Place("<module>", file, line) : nearest.getValue();
        };
    }

    /** Whether the source holds the method: not what compilers add, all of it with the line of the class. */
    private boolean isWritten(ClassShape.Method method) {
        if (kotlin != null && !kotlin.isWritten(method)) {
            return false;
        }
        boolean isEnum = (shape.access & Opcodes.ACC_ENUM) != 0;
        boolean isOnOneLine = method.lines().stream().distinct().count() == 1;
        boolean isOfRecord = shape.superName.equals("java/lang/Record") && isOnOneLine
                && (OF_RECORDS.contains(method.name()) || shape.components.contains(method.name()));
        boolean isOfEnum = isEnum && List.of("values", "valueOf").contains(method.name()) && isOnOneLine;
        return switch (method.name()) {
            case "<clinit>" -> false;
            case "<init>" -> kotlin != null || !isOfRecord && !shape.isAnonymous() && isConstructorAt(method.start());
            default -> !isOfRecord && !isOfEnum;
        };
    }

    /** A constructor that nobody wrote has the line of its class, where its name is not followed by parameters. */
    private boolean isConstructorAt(int line) {
        String own = owner();
        Pattern declared = Pattern.compile(
                "(?<!new )\\b" + Pattern.quote(own.substring(own.lastIndexOf('$') + 1)) + "\\s*\\(");
        for (int at = Math.min(line, source.length); at > Math.max(line - HEADER, 0); at--) {
            if (declared.matcher(source[at - 1]).find()) {
                return true;
            }
        }
        return false;
    }

    private String nameOf(ClassShape.Method method) {
        if (kotlin != null) {
            return kotlin.nameOf(method);
        }
        String own = owner();
        return own + "." + (method.name().equals("<init>") ? own.substring(own.lastIndexOf('$') + 1) : method.name());
    }

    /** `Outer$Inner`; of a class without a name `Outer.method.Interface`, of an enum's constant `Outer$CONSTANT`. */
    private String owner() {
        if (kotlin != null) {
            return kotlin.owner();
        }
        String own = last(shape.name, "/");
        if (!shape.isAnonymous() || shape.enclosingClass.isEmpty()) {
            return own;
        }
        String constant = constants.get(shape.name);
        if (constant != null) {
            return last(shape.superName, "/") + "$" + constant;
        }
        String type = shape.interfaces.isEmpty() ? shape.superName : shape.interfaces.get(0);
        String method = shape.enclosingMethod.isEmpty() ? "$" : "." + shape.enclosingMethod + ".";
        return last(shape.enclosingClass, "/") + method + last(last(type, "/"), "$");
    }

    private static String last(String name, String separator) {
        return name.substring(name.lastIndexOf(separator) + 1);
    }
}

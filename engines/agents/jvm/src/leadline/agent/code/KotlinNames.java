package leadline.agent.code;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Kotlin's source calls the methods that its compiler makes: functions of a file and of a companion, extensions
 * (`String.shout`), properties, functions without a name.
 */
final class KotlinNames {
    private static final int HEADER = 6; // lines that parameters may take
    private static final Pattern CONSTRUCTOR = Pattern.compile("^\\s*(?:\\w+\\s+)?constructor\\s*\\(");

    private final ClassShape shape;
    private final String[] source;

    KotlinNames(ClassShape shape, String[] source) {
        this.shape = shape;
        this.source = source;
    }

    /** Whether the source holds the method; a primary constructor is no function. */
    boolean isWritten(ClassShape.Method method) {
        boolean isGenerated = method.name().endsWith("$default") || method.name().matches("component\\d+|copy")
                || method.lines().stream().allMatch(line -> line == 0);
        boolean isAccessor = isGetter(method) || isSetter(method);
        if (isAccessor && property(method) == null && found(function(method), method.start()) == null) {
            return false;
        }
        return !isGenerated && (!method.name().equals("<init>") || found(CONSTRUCTOR, method.start()) != null);
    }

    /** Return the whole name of a method. */
    String nameOf(ClassShape.Method method) {
        String owner = owner();
        if (isFunctionObject()) {
            return owner;
        }
        String prefix = owner.isEmpty() ? "" : owner + ".";
        if (method.name().equals("<init>")) {
            return prefix + owner.substring(owner.lastIndexOf('$') + 1);
        }
        String property = property(method);
        if (property != null) {
            return prefix + property;
        }
        Matcher written = found(function(method), method.start());
        String receiver = written == null ? null : written.group(1);
        return prefix + (receiver == null ? "" : receiver + ".") + method.name();
    }

    /** `fun name(`, with the type that it extends where there is one. */
    private static Pattern function(ClassShape.Method method) {
        String receiver = "(?:(\\w+)(?:<[^>]*>)?\\??\\.)?";
        return Pattern.compile("\\bfun\\s+(?:<[^>]*>\\s*)?" + receiver + Pattern.quote(method.name()) + "\\s*\\(");
    }

    /** The class, without what only the compiler calls one: the file's own, a companion, a function's. */
    String owner() {
        String own = shape.name.substring(shape.name.lastIndexOf('/') + 1);
        if (isFunctionObject()) {
            String outer = shape.enclosingClass.substring(shape.enclosingClass.lastIndexOf('/') + 1);
            String named = outer.endsWith("Kt") ? "" : outer.replaceFirst("\\$(Companion|DefaultImpls)$", "") + ".";
            return named + shape.enclosingMethod + ".<anonymous>";
        }
        return own.endsWith("Kt") ? "" : own.replaceFirst("\\$(Companion|DefaultImpls)$", "");
    }

    private boolean isFunctionObject() {
        boolean isLambda = shape.superName.startsWith("kotlin/jvm/internal/Lambda")
                || shape.superName.startsWith("kotlin/coroutines/jvm/internal/");
        boolean isConverted = shape.isAnonymous() && shape.superName.equals("java/lang/Object")
                && shape.interfaces.size() == 1 && shape.name.matches(".*\\$\\d+");
        return !shape.enclosingMethod.isEmpty() && (isLambda || isConverted);
    }

    private static boolean isGetter(ClassShape.Method method) {
        return method.name().matches("get\\p{Lu}.*") && method.parameters() == 0;
    }

    private static boolean isSetter(ClassShape.Method method) {
        return method.name().matches("set\\p{Lu}.*") && method.parameters() == 1;
    }

    private String property(ClassShape.Method method) {
        Pattern written = Pattern.compile(isGetter(method) ? "\\bget\\s*\\(\\s*\\)" : "\\bset\\s*\\(\\s*\\w+\\s*\\)");
        if (!isGetter(method) && !isSetter(method) || found(written, method.start()) == null) {
            return null;
        }
        return Character.toLowerCase(method.name().charAt(3)) + method.name().substring(4);
    }

    /** Return the nearest match in a line or in those before it. */
    private Matcher found(Pattern pattern, int line) {
        for (int at = Math.min(line, source.length); at > Math.max(line - HEADER, 0); at--) {
            Matcher matcher = pattern.matcher(source[at - 1]);
            if (matcher.find()) {
                return matcher;
            }
        }
        return null;
    }
}

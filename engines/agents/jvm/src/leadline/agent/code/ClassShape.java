package leadline.agent.code;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.RecordComponentVisitor;

/** What a class says of itself: its names, its source file, and the lines of its methods. */
final class ClassShape extends ClassVisitor {
    /** A method with code. `lines`: as they follow each other in it, never empty; `lambdas`: keys of those made in it. */
    record Method(int access, String name, String descriptor, List<Integer> lines, List<String> lambdas) {
        String key() {
            return name + descriptor;
        }

        int start() {
            return lines.get(0);
        }

        int parameters() {
            return org.objectweb.asm.Type.getArgumentTypes(descriptor).length;
        }
    }

    String name = "";
    String superName = "";
    List<String> interfaces = List.of();
    String sourceFile = "";
    String enclosingMethod = "";
    String enclosingClass = "";
    int access;
    final List<Method> methods = new ArrayList<>();
    final List<String> components = new ArrayList<>(); // of a record
    /** Class → the constant of this enum that it is the body of. */
    final Map<String, String> constants = new HashMap<>();
    private final Map<String, String> simpleNames = new HashMap<>();

    private ClassShape() {
        super(Opcodes.ASM9);
    }

    static ClassShape of(byte[] bytes) {
        ClassShape shape = new ClassShape();
        ClassVersion.reader(bytes).accept(shape, ClassReader.SKIP_FRAMES);
        return shape;
    }

    /** Whether a method is a function without a name: `lambda$price$0` of Java, `price$lambda$0` of Kotlin. */
    static boolean isLambda(String method) {
        return method.startsWith("lambda$") || method.contains("$lambda$");
    }

    /** Whether the class has no name in the source. */
    boolean isAnonymous() {
        return simpleNames.containsKey(name) && simpleNames.get(name) == null;
    }

    @Override
    public void visit(int version, int access, String name, String signature, String superName, String[] interfaces) {
        this.access = access;
        this.name = name;
        this.superName = superName == null ? "" : superName;
        this.interfaces = List.of(interfaces);
    }

    @Override
    public void visitSource(String source, String debug) {
        sourceFile = source == null ? "" : source;
    }

    @Override
    public void visitOuterClass(String owner, String method, String descriptor) {
        enclosingClass = owner;
        enclosingMethod = method == null ? "" : method;
    }

    @Override
    public void visitInnerClass(String name, String outer, String simple, int access) {
        simpleNames.put(name, simple);
    }

    @Override
    public RecordComponentVisitor visitRecordComponent(String name, String descriptor, String signature) {
        components.add(name);
        return null;
    }

    @Override
    public MethodVisitor visitMethod(int access, String name, String descriptor, String signature, String[] exceptions) {
        List<Integer> lines = new ArrayList<>();
        List<String> lambdas = new ArrayList<>();
        boolean isOfEnum = (this.access & Opcodes.ACC_ENUM) != 0 && name.equals("<clinit>");
        return new MethodVisitor(Opcodes.ASM9) {
            private String made = "";

            @Override
            public void visitTypeInsn(int opcode, String type) {
                made = isOfEnum && opcode == Opcodes.NEW ? type : made;
            }

            @Override
            public void visitLdcInsn(Object value) {
                if (isOfEnum && value instanceof String constant) {
                    constants.putIfAbsent(made, constant);
                }
            }

            @Override
            public void visitInvokeDynamicInsn(String called, String type, Handle maker, Object... given) {
                for (Object each : given) {
                    if (each instanceof Handle handle && isLambda(handle.getName())) {
                        lambdas.add(handle.getName() + handle.getDesc());
                    }
                }
            }

            @Override
            public void visitLineNumber(int line, Label start) {
                lines.add(line);
            }

            @Override
            public void visitEnd() {
                if (!lines.isEmpty()) {
                    methods.add(new Method(access, name, descriptor, lines, lambdas));
                }
            }
        };
    }
}

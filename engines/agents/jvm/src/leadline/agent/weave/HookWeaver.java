package leadline.agent.weave;

import leadline.agent.hooks.Hook;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** A method of a library or of the JDK that something is to be learned from. */
final class HookWeaver extends Guarded {
    private static final String HOOKS = "leadline/agent/hooks/Dispatch";
    private static final Type CALL = Type.getObjectType("leadline/agent/hooks/Call");

    private final Hook hook;
    private final boolean isStatic;
    private final Type[] arguments;

    HookWeaver(MethodVisitor visitor, int access, String name, String descriptor, Hook hook, boolean hasFrames) {
        super(visitor, access, name, descriptor, hasFrames, CALL);
        this.hook = hook;
        this.isStatic = (access & ACC_STATIC) != 0;
        this.arguments = Type.getArgumentTypes(descriptor);
    }

    @Override
    void in() {
        push(hook.number());
        if (isStatic) {
            mv.visitInsn(ACONST_NULL);
        } else {
            loadThis();
        }
        loadArgArray();
        mv.visitMethodInsn(
                INVOKESTATIC, HOOKS, "before", "(ILjava/lang/Object;[Ljava/lang/Object;)" + CALL, false);
    }

    @Override
    void entered() {
        if (hook.isRewriting()) {
            loadKept();
            loadArg(0);
            mv.visitMethodInsn(
                    INVOKESTATIC, HOOKS, "first", "(" + CALL + "Ljava/lang/Object;)Ljava/lang/Object;", false);
            checkCast(arguments[0]);
            storeArg(0);
        }
    }

    @Override
    void out(int opcode) {
        if (opcode == RETURN) {
            mv.visitInsn(ACONST_NULL);
        } else if (opcode == LRETURN || opcode == DRETURN) {
            mv.visitInsn(DUP2);
            valueOf(getReturnType(opcode));
        } else {
            mv.visitInsn(DUP);
            if (opcode != ARETURN) {
                valueOf(getReturnType(opcode));
            }
        }
        loadKept();
        mv.visitMethodInsn(INVOKESTATIC, HOOKS, "after", "(Ljava/lang/Object;" + CALL + ")V", false);
    }

    private static Type getReturnType(int opcode) {
        return switch (opcode) {
            case LRETURN -> Type.LONG_TYPE;
            case DRETURN -> Type.DOUBLE_TYPE;
            case FRETURN -> Type.FLOAT_TYPE;
            default -> Type.INT_TYPE;
        };
    }

    @Override
    void failed() {
        mv.visitInsn(DUP);
        loadKept();
        mv.visitMethodInsn(INVOKESTATIC, HOOKS, "failed", "(Ljava/lang/Throwable;" + CALL + ")V", false);
    }
}

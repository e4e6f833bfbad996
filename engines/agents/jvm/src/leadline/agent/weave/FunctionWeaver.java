package leadline.agent.weave;

import org.objectweb.asm.MethodVisitor;

/** A function of the service: its calls become call paths. */
final class FunctionWeaver extends Guarded {
    private static final String CALLS = "leadline/agent/record/Calls";

    private final int number;
    private final boolean isUnnamed;

    FunctionWeaver(
            MethodVisitor visitor, int access, String name, String descriptor, int number, boolean isUnnamed,
            boolean hasFrames) {
        super(visitor, access, name, descriptor, hasFrames);
        this.number = number;
        this.isUnnamed = isUnnamed;
    }

    @Override
    void in() {
        push(number);
        mv.visitMethodInsn(INVOKESTATIC, CALLS, isUnnamed ? "enterUnnamed" : "enter", "(I)V", false);
    }

    @Override
    void out(int opcode) {
        mv.visitMethodInsn(INVOKESTATIC, CALLS, "leave", "()V", false);
    }

    @Override
    void failed() {
        mv.visitInsn(DUP);
        mv.visitMethodInsn(INVOKESTATIC, CALLS, "fail", "(Ljava/lang/Throwable;)V", false);
    }
}

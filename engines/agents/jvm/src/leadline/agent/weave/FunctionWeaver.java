package leadline.agent.weave;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** A function of the service: its calls become call paths. */
final class FunctionWeaver extends Guarded {
    private static final String CALLS = "leadline/agent/record/Calls";
    private static final Type NODE = Type.getObjectType("leadline/agent/record/Node");

    private final int number;
    private final boolean isUnnamed;

    FunctionWeaver(
            MethodVisitor visitor, int access, String name, String descriptor, int number, boolean isUnnamed,
            boolean hasFrames) {
        super(visitor, access, name, descriptor, hasFrames, NODE);
        this.number = number;
        this.isUnnamed = isUnnamed;
    }

    @Override
    void in() {
        push(number);
        mv.visitMethodInsn(INVOKESTATIC, CALLS, isUnnamed ? "enterUnnamed" : "enter", "(I)" + NODE, false);
    }

    @Override
    void out(int opcode) {
        loadKept();
        mv.visitMethodInsn(INVOKESTATIC, CALLS, "leave", "(" + NODE + ")V", false);
    }

    @Override
    void failed() {
        mv.visitInsn(DUP);
        loadKept();
        mv.visitMethodInsn(INVOKESTATIC, CALLS, "fail", "(Ljava/lang/Throwable;" + NODE + ")V", false);
    }
}

package leadline.agent.weave;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The worker of a pool runs every task in the place that the task was handed over from. */
final class WorkerWeaver extends MethodVisitor {
    WorkerWeaver(MethodVisitor visitor) {
        super(Opcodes.ASM9, visitor);
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        if (owner.equals("java/lang/Runnable") && name.equals("run")) {
            super.visitMethodInsn(
                    Opcodes.INVOKESTATIC, "leadline/agent/record/Carrying", "run", "(Ljava/lang/Runnable;)V", false);
        } else {
            super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }
    }
}

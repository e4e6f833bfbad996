package leadline.agent.weave;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.AdviceAdapter;

/**
 * A method that is told of on its way in, and on every way out. No local variable is added, and the frame of the added
 * handler claims to know none: so no type of the service has to be looked up to keep the class valid.
 */
abstract class Guarded extends AdviceAdapter {
    private static final Object[] NONE = {};
    private static final Object[] THROWN = {"java/lang/Throwable"};

    private final Label start = new Label();
    private final Label end = new Label();
    private final boolean hasFrames;

    Guarded(MethodVisitor visitor, int access, String name, String descriptor, boolean hasFrames) {
        super(Opcodes.ASM9, visitor, access, name, descriptor);
        this.hasFrames = hasFrames;
    }

    /** Emit what happens on the way in. */
    abstract void in();

    /** Emit what happens before a return; its value lies on the stack. */
    abstract void out(int opcode);

    /** Emit what happens with a throwable on the stack, which must be left there. */
    abstract void failed();

    @Override
    protected void onMethodEnter() {
        in();
        mv.visitLabel(start);
    }

    @Override
    protected void onMethodExit(int opcode) {
        if (opcode != ATHROW) {
            out(opcode);
        }
    }

    @Override
    public void visitMaxs(int stack, int locals) {
        mv.visitLabel(end);
        mv.visitTryCatchBlock(start, end, end, null);
        if (hasFrames) {
            mv.visitFrame(Opcodes.F_NEW, 0, NONE, 1, THROWN);
        }
        failed();
        mv.visitInsn(ATHROW);
        super.visitMaxs(stack, locals);
    }
}

package leadline.agent.weave;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.AdviceAdapter;

/**
 * A method that is told of on its way in, and on every way out. One local variable is added, for what the way in gives to
 * the way out; the frame of the added handler claims to know that one alone: so no type of the service has to be looked
 * up to keep the class valid.
 */
abstract class Guarded extends AdviceAdapter {
    private static final Object[] THROWN = {"java/lang/Throwable"};

    private final Label start = new Label();
    private final Label end = new Label();
    private final boolean hasFrames;
    private final Type kept;
    private int local;

    /** `kept`: type of what the way in gives to the way out. */
    Guarded(MethodVisitor visitor, int access, String name, String descriptor, boolean hasFrames, Type kept) {
        super(Opcodes.ASM9, visitor, access, name, descriptor);
        this.hasFrames = hasFrames;
        this.kept = kept;
    }

    /** Emit what happens on the way in; it leaves on the stack what is kept. */
    abstract void in();

    /** Emit what happens once that is kept. */
    void entered() {}

    /** Emit what happens before a return; its value lies on the stack. */
    abstract void out(int opcode);

    /** Emit what happens with a throwable on the stack, which must be left there. */
    abstract void failed();

    /** Emit the load of what is kept. */
    final void loadKept() {
        mv.visitVarInsn(ALOAD, local);
    }

    @Override
    protected void onMethodEnter() {
        in();
        local = newLocal(kept);
        mv.visitVarInsn(ASTORE, local);
        entered();
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
            Object[] known = new Object[local + 1];
            java.util.Arrays.fill(known, Opcodes.TOP);
            known[local] = kept.getInternalName();
            mv.visitFrame(Opcodes.F_NEW, known.length, known, 1, THROWN);
        }
        failed();
        mv.visitInsn(ATHROW);
        super.visitMaxs(stack, locals);
    }
}

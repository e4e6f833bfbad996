package leadline.agent.weave;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import leadline.agent.code.OwnClass;
import leadline.agent.code.SourceCall;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Gives directly linked calls of Clojure the lines that its compiler leaves out, where the source tells them. */
final class LineWeaver extends MethodVisitor {
    private final OwnClass.Function function;
    private final Map<String, Integer> seen = new HashMap<>();

    LineWeaver(MethodVisitor visitor, OwnClass.Function function) {
        super(Opcodes.ASM9, visitor);
        this.function = function;
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
        if (opcode == Opcodes.INVOKESTATIC && name.equals("invokeStatic") && owner.indexOf('$') > 0) {
            int line = lineOf(owner.substring(owner.indexOf('$') + 1));
            if (line > 0) {
                Label here = new Label();
                super.visitLabel(here);
                super.visitLineNumber(line, here);
            }
        }
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    }

    /** Return the line of the next call of that name; of several within functions without a name none is known. */
    private int lineOf(String callee) {
        List<SourceCall> calls = function.calls().stream()
                .filter(each -> each.name().equals(callee) && each.isInner() == function.isUnnamed())
                .toList();
        int nth = seen.merge(callee, 1, Integer::sum) - 1;
        boolean isOne = calls.stream().mapToInt(SourceCall::line).distinct().count() == 1;
        if (isOne) {
            return calls.get(0).line();
        }
        return function.isUnnamed() || nth >= calls.size() ? 0 : calls.get(nth).line();
    }
}

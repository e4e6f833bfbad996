package leadline.agent.code;

import java.util.ArrayList;
import java.util.List;

/**
 * A call by name in the source. `name` as class files spell it; `isInner`: in a function without a name. With direct
 * linking Clojure notes no line for a call: then the source has to tell it.
 */
public record SourceCall(String name, int line, boolean isInner) {
    static List<SourceCall> in(List<Form> forms) {
        List<SourceCall> calls = new ArrayList<>();
        forms.forEach(each -> collect(each, false, calls));
        return calls;
    }

    private static void collect(Form form, boolean isInner, List<SourceCall> calls) {
        Form head = form.is(Form.Kind.LIST) ? form.item(0) : null;
        boolean isNamed = head != null && head.is(Form.Kind.SYMBOL);
        boolean isFunction = isNamed && (head.text().equals("fn") || head.text().equals("fn*"));
        form.items().forEach(each -> collect(each, isInner || isFunction, calls));
        if (isNamed) {
            calls.add(new SourceCall(Munged.munged(head.name()), head.start(), isInner));
        }
    }
}

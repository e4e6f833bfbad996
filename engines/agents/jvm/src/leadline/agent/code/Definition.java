package leadline.agent.code;

import java.util.List;
import leadline.agent.record.Place;

/**
 * A function of the source. Lines count from 1, both included.
 *
 * @param simple its name without what is around it, as the source writes it
 * @param form line of the type, `reify`, `proxy` or extension that it is a method of, else 0
 * @param parameters how many it takes, −1 where that differs
 * @param isNamedByCompiler whether the class that it becomes has its name (not so for methods of multimethods, routes …)
 * @param calls what it calls by name, in the order of evaluation
 */
record Definition(
        Place place, String simple, int start, int end, int form, int parameters, boolean isNamedByCompiler,
        List<SourceCall> calls) {
    boolean covers(int line) {
        return start <= line && line <= end;
    }
}

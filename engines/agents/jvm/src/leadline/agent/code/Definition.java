package leadline.agent.code;

import leadline.agent.record.Place;

/**
 * A function of the source. Lines count from 1, both included.
 *
 * @param simple its name without what is around it, as the source writes it
 * @param isNamedByCompiler whether the class that it becomes has its name (not so for methods of multimethods, routes …)
 */
record Definition(Place place, String simple, int start, int end, boolean isNamedByCompiler) {
    boolean covers(int line) {
        return start <= line && line <= end;
    }
}

package leadline.agent.code;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import leadline.agent.record.Place;

/**
 * A class of the service's own code.
 *
 * @param functions name and descriptor of every method that is a function of the source → which one
 * @param definitions line → the definition around it
 */
public record OwnClass(Map<String, Function> functions, IntFunction<Place> definitions) {
    /** `isUnnamed`: a function without a name, written within the one at the place. `calls`: of the one at the place. */
    public record Function(Place place, boolean isUnnamed, List<SourceCall> calls) {
        Function(Definition definition, boolean isUnnamed) {
            this(definition.place(), isUnnamed, definition.calls());
        }
    }
}

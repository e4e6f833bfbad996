package leadline.agent.weave;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import leadline.agent.record.Place;

/** One number per definition, whatever the number of methods it became. */
final class Numbers {
    private static final Map<Place, Integer> KNOWN = new ConcurrentHashMap<>();

    private Numbers() {}

    static int of(Place place) {
        return KNOWN.computeIfAbsent(place, Place::number);
    }
}

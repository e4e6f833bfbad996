package leadline.agent.record;

import java.util.Map;

/** Values arriving at sinks. */
public final class Arrivals {
    /** Frames that may lie between a sink and the service's own code. */
    public static final int FAR = 90;

    private Arrivals() {}

    /** Record a value at a sink with the line that called it; returns null when the service's own code did not. */
    public static Sink arrive(Walk walk, String kind, Object value, int nearest, Map<String, Object> told) {
        return record(walk, kind, value, nearest, told, false);
    }

    /** Record a call of another service, which is a span of its own each time. */
    public static Sink arriveEach(Walk walk, String kind, Object value, Map<String, Object> told) {
        return record(walk, kind, value, FAR, told, true);
    }

    private static Sink record(
            Walk walk, String kind, Object value, int nearest, Map<String, Object> told, boolean isEach) {
        Node node = walk.active();
        if (node == null || value == null) {
            return null;
        }
        Place place = Callers.calling(nearest, kind.equals("file"));
        return place == null ? null : node.request.arrive(node, kind, String.valueOf(value), place, told, isEach);
    }
}

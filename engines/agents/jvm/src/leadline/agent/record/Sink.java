package leadline.agent.record;

import java.util.Map;

/** A distinct value at one line of the service's code under one call path. `attributes` are those of OpenTelemetry. */
public final class Sink {
    public final Node node;
    public final String kind;
    public final String value;
    public final Place place;
    public final Map<String, Object> attributes;
    public final long started = Clock.now();
    public volatile long ended = started;
    public int count = 1;
    private final long identity = Identities.span();

    Sink(Node node, String kind, String value, Place place, Map<String, Object> attributes) {
        this.node = node;
        this.kind = kind;
        this.value = value;
        this.place = place;
        this.attributes = attributes;
    }

    public long identity() {
        return identity;
    }
}

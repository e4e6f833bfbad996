package leadline.agent.hooks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import leadline.agent.record.Arrivals;
import leadline.agent.record.Walk;

/**
 * A value arrives at a sink. Of sinks of one kind within each other only the outermost counts: that is the one the
 * service called. What a driver or a client does on its own (files, digests) is no doing of the service.
 */
final class SinkAdvice implements Advice {
    /** Reads the value out of a call; null: it is none. */
    interface Value {
        Object of(Call call) throws Exception;
    }

    /** Reads attributes out of a call. */
    interface Attributes {
        Map<String, Object> of(Call call) throws Exception;
    }

    private static final List<String> KINDS = List.of(
            "sql", "http", "exec", "file", "deserialize", "eval", "template", "xml", "xpath", "ldap", "redirect", "log",
            "crypto", "random", "session-write");
    private static final int CLOSED = 1 | 1 << 1 | 1 << KINDS.indexOf("log"); // nothing within these is the service's doing

    private final String kind;
    private final int bit;
    private final int nearest;
    private final Value value;
    private final Attributes attributes;

    SinkAdvice(String kind, int nearest, Value value, Attributes attributes) {
        this.kind = kind;
        this.bit = 1 << KINDS.indexOf(kind);
        this.nearest = nearest;
        this.value = value;
        this.attributes = attributes;
    }

    static SinkAdvice of(String kind, Value value) {
        return new SinkAdvice(kind, Arrivals.FAR, value, call -> Map.of());
    }

    /** The service's own code must have called it nearly itself. */
    static SinkAdvice near(String kind, Value value) {
        return new SinkAdvice(kind, 8, value, call -> Map.of());
    }

    static SinkAdvice with(String kind, Value value, String key, Object told) {
        return new SinkAdvice(kind, Arrivals.FAR, value, call -> Map.of(key, told));
    }

    /** Nothing arrives, and what a driver does within is none of the service. */
    static SinkAdvice silent(String kind) {
        return of(kind, call -> null);
    }

    @Override
    public void before(Walk walk, Call call) throws Exception {
        call.state = walk.within;
        boolean isWithin = (walk.within & (bit | CLOSED)) != 0;
        walk.within |= bit;
        if (!isWithin && walk.active() != null) {
            Object arrived = value.of(call);
            if (arrived != null) {
                Arrivals.arrive(walk, kind, arrived, nearest, new HashMap<>(attributes.of(call)));
            }
        }
    }

    @Override
    public void after(Walk walk, Call call, Object result, Throwable error) {
        if (call.state instanceof Integer before) {
            walk.within = before;
        }
    }
}

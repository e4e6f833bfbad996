package leadline.agent.record;

/** Nanoseconds since 1970, steady within the process. */
public final class Clock {
    private static final long ZERO = System.currentTimeMillis() * 1_000_000L - System.nanoTime();

    private Clock() {}

    public static long now() {
        return ZERO + System.nanoTime();
    }
}

package leadline.agent.record;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** Trace and span ids. They need not be secret, only distinct between processes. */
public final class Identities {
    private static final SplittableRandom RANDOM = new SplittableRandom(new SecureRandom().nextLong());

    private Identities() {}

    /** Return an id that is not 0. */
    public static synchronized long span() {
        long id;
        do {
            id = RANDOM.nextLong();
        } while (id == 0);
        return id;
    }
}

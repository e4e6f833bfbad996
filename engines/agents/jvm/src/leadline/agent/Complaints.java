package leadline.agent;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What goes wrong in the agent is told on standard error, once each, and never reaches the service. */
public final class Complaints {
    private static final int MOST = 50;
    private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

    private Complaints() {}

    /** Tell a sentence. */
    public static void tell(String sentence) {
        if (TOLD.size() < MOST && TOLD.add(sentence)) {
            System.err.println("leadline-agent: " + sentence);
        }
    }

    /** Tell which part failed, and how. */
    public static void tell(String part, Throwable error) {
        tell(part + ": " + error);
    }
}

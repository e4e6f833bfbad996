package leadline.agent.hooks;

import leadline.agent.record.Walk;

/** What is done around a hooked method. It may throw: that is told, and the service goes on. */
interface Advice {
    void before(Walk walk, Call call) throws Exception;

    default void after(Walk walk, Call call, Object result, Throwable error) throws Exception {}

    /** Whether it matters outside requests as well. */
    default boolean isAlways() {
        return false;
    }
}

package leadline.agent.hooks;

import leadline.agent.Complaints;
import leadline.agent.record.Walk;

/** What hooked methods call. Whatever goes wrong here stays here. */
public final class Dispatch {
    private Dispatch() {}

    /** On the way in. Returns what the way out needs, null when the call is of no interest. */
    public static Call before(int number, Object self, Object[] arguments) {
        Walk walk = Walk.current();
        Advice advice = Hooks.of(number);
        if (walk.isBusy || walk.node == null && !advice.isAlways()) {
            return null;
        }
        Call call = new Call(advice, self, arguments);
        walk.isBusy = true;
        try {
            advice.before(walk, call);
        } catch (Throwable error) {
            Complaints.tell("hook", error);
        } finally {
            walk.isBusy = false;
        }
        return call;
    }

    /** Return the first argument, or what the advice has put in its place. */
    public static Object first(Call call, Object argument) {
        return call == null ? argument : call.argument(0);
    }

    /** On the way out. */
    public static void after(Object result, Call call) {
        leave(call, result, null);
    }

    /** On the way out by an exception. */
    public static void failed(Throwable error, Call call) {
        leave(call, null, error);
    }

    private static void leave(Call call, Object result, Throwable error) {
        if (call == null) {
            return;
        }
        Walk walk = Walk.current();
        boolean wasBusy = walk.isBusy;
        walk.isBusy = true;
        try {
            call.advice.after(walk, call, result, error);
        } catch (Throwable failed) {
            Complaints.tell("hook", failed);
        } finally {
            walk.isBusy = wasBusy;
        }
    }
}

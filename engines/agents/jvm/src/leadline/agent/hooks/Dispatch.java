package leadline.agent.hooks;

import leadline.agent.Complaints;
import leadline.agent.record.Walk;

/** What hooked methods call. Whatever goes wrong here stays here. */
public final class Dispatch {
    private Dispatch() {}

    /** On the way in. Returns the first argument, or what the advice puts in its place. */
    public static Object before(int number, Object self, Object[] arguments) {
        Walk walk = Walk.current();
        Call call = null;
        Advice advice = Hooks.of(number);
        if (!walk.isBusy && (walk.node != null || advice.isAlways())) {
            walk.isBusy = true;
            call = new Call(advice, self, arguments);
            try {
                advice.before(walk, call);
            } catch (Throwable error) {
                Complaints.tell("hook", error);
            } finally {
                walk.isBusy = false;
            }
        }
        walk.push(call);
        return arguments.length == 0 ? null : arguments[0];
    }

    /** On the way out. */
    public static void after(Object result) {
        leave(result, null);
    }

    /** On the way out by an exception. */
    public static void failed(Throwable error) {
        leave(null, error);
    }

    private static void leave(Object result, Throwable error) {
        Walk walk = Walk.current();
        Call call = (Call) walk.pop();
        if (call == null) {
            return;
        }
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

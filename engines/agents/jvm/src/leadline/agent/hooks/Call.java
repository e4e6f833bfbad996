package leadline.agent.hooks;

/** One call of a hooked method. `state` is what the advice keeps from the way in to the way out. */
public final class Call {
    final Advice advice;
    final Object self;
    final Object[] arguments;
    Object state;

    Call(Advice advice, Object self, Object[] arguments) {
        this.advice = advice;
        this.self = self;
        this.arguments = arguments;
    }

    Object argument(int at) {
        return at < arguments.length ? arguments[at] : null;
    }

    Object last() {
        return arguments.length == 0 ? null : arguments[arguments.length - 1];
    }
}

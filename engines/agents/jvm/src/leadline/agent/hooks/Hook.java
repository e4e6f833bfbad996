package leadline.agent.hooks;

/** A method to be hooked. `owner` with '/', with a '*' at its end a prefix; `descriptor`: the beginning of one. */
public final class Hook {
    private final String owner;
    private final String method;
    private final String descriptor;
    private final boolean isPrefix;
    private final int number;
    private final boolean isRewriting;
    final Advice advice;

    Hook(int number, String owner, String method, String descriptor, boolean isRewriting, Advice advice) {
        this.number = number;
        this.isPrefix = owner.endsWith("*");
        this.owner = isPrefix ? owner.substring(0, owner.length() - 1) : owner;
        this.method = method;
        this.descriptor = descriptor;
        this.isRewriting = isRewriting;
        this.advice = advice;
    }

    boolean isOf(String className) {
        return isPrefix ? className.startsWith(owner) : className.equals(owner);
    }

    public boolean fits(String name, String described) {
        boolean isNamed = method.endsWith("*")
                ? name.startsWith(method.substring(0, method.length() - 1))
                : name.equals(method);
        return isNamed && described.startsWith(descriptor);
    }

    public int number() {
        return number;
    }

    /** Whether the first argument is replaced by what the advice leaves there. */
    public boolean isRewriting() {
        return isRewriting;
    }
}

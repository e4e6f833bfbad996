package leadline.agent.record;

/** Where one thread is in the tree of a request. A thread that is made in a request starts there. */
public final class Walk {
    private static final InheritableThreadLocal<Walk> CURRENT = new InheritableThreadLocal<>() {
        @Override
        protected Walk initialValue() {
            return new Walk(null);
        }

        @Override
        protected Walk childValue(Walk parent) {
            return new Walk(parent == null ? null : parent.node);
        }
    };

    /** Null outside requests. */
    public Node node;
    /** Whether the agent itself is at work: what it calls is not the service's doing. */
    public boolean isBusy;
    /** Whether this thread handles a request of a server. */
    public boolean isServing;
    /** Kinds of sinks that are being recorded further out. */
    public int within;

    private Walk(Node node) {
        this.node = node;
    }

    public static Walk current() {
        return CURRENT.get();
    }

    /** Return the node if there is a request that still runs. */
    public Node active() {
        Node at = node;
        return at == null || at.request.isClosed() ? null : at;
    }
}

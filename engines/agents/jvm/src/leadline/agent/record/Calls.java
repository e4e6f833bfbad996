package leadline.agent.record;

/** What woven functions call. What a way in returns, its way out puts back, whatever happened in between. */
public final class Calls {
    private Calls() {}

    /** The function with this number was called. Returns the caller's node. */
    public static Node enter(int number) {
        Walk walk = Walk.current();
        Node before = walk.node;
        if (before != null) {
            Node node = before.child(Place.of(number));
            node.count.getAndIncrement();
            walk.node = node;
        }
        return before;
    }

    /** A function without a name of its own was called: it counts as part of the one that it is written in. */
    public static Node enterUnnamed(int number) {
        Walk walk = Walk.current();
        Node before = walk.node;
        if (before != null && before.place != Place.of(number)) {
            Node node = before.child(Place.of(number));
            node.count.getAndIncrement();
            walk.node = node;
        }
        return before;
    }

    /** It returned. */
    public static void leave(Node before) {
        if (before != null) {
            Walk walk = Walk.current();
            if (walk.node != null) {
                walk.node.ended = Clock.now();
            }
            walk.node = before;
        }
    }

    /** It was left by an exception. */
    public static void fail(Throwable error, Node before) {
        if (before != null) {
            Node node = Walk.current().node;
            if (node != null) {
                node.error = error.getClass().getName();
            }
            leave(before);
        }
    }
}

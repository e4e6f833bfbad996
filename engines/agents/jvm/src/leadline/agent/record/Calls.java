package leadline.agent.record;

/** What woven functions call: every way in is followed by one way out on the same thread. */
public final class Calls {
    private Calls() {}

    /** The function with this number was called. */
    public static void enter(int number) {
        Walk walk = Walk.current();
        Node node = walk.node;
        walk.push(node);
        if (node != null) {
            node = node.child(Place.of(number));
            node.count.getAndIncrement();
            walk.node = node;
        }
    }

    /** A function without a name of its own was called: it counts as part of the one that it is written in. */
    public static void enterUnnamed(int number) {
        Walk walk = Walk.current();
        Node node = walk.node;
        walk.push(node);
        if (node != null) {
            Place place = Place.of(number);
            if (node.place != place) {
                node = node.child(place);
                node.count.getAndIncrement();
                walk.node = node;
            }
        }
    }

    /** It returned. */
    public static void leave() {
        Walk walk = Walk.current();
        Node node = walk.node;
        if (node != null) {
            node.ended = Clock.now();
        }
        walk.node = (Node) walk.pop();
    }

    /** It was left by an exception. */
    public static void fail(Throwable error) {
        Walk walk = Walk.current();
        Node node = walk.node;
        if (node != null) {
            node.error = error.getClass().getName();
        }
        leave();
    }
}

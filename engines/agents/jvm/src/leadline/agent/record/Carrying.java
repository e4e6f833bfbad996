package leadline.agent.record;

/** Takes the place in a request along with a task to the thread that runs it. Tasks stay what they are. */
public final class Carrying {
    private static final WeakMap<Node> PLACES = new WeakMap<>();

    private Carrying() {}

    /** A task is handed to a pool. */
    public static void capture(Object task) {
        Node node = Walk.current().active();
        if (node != null && task != null) {
            node.request.pending.incrementAndGet();
            PLACES.put(task, node);
        }
    }

    /** A pool runs a task: this thread goes to the task's place. Returns what {@link #returned} needs. */
    public static Object taken(Walk walk, Object task) {
        Node node = PLACES.remove(task);
        if (node == null) {
            return null;
        }
        Node[] both = {walk.node, node};
        walk.node = node;
        return both;
    }

    /** The task is done. */
    public static void returned(Walk walk, Object taken) {
        if (taken instanceof Node[] both) {
            walk.node = both[0];
            both[1].request.pending.decrementAndGet();
        }
    }

    /** What a worker of a pool calls instead of `task.run()`. A worker has no place of its own. */
    public static void run(Runnable task) {
        Walk walk = Walk.current();
        walk.node = null;
        Object taken = taken(walk, task);
        try {
            task.run();
        } finally {
            returned(walk, taken);
        }
    }

    /** Return a task that carries the place of this thread, for pools that wrap what is no task of theirs. */
    public static Runnable carried(Runnable task) {
        if (Walk.current().active() == null) {
            return task;
        }
        Runnable carried = new Runnable() {
            @Override
            public void run() {
                Walk walk = Walk.current();
                Object taken = taken(walk, this);
                try {
                    task.run();
                } finally {
                    returned(walk, taken);
                }
            }
        };
        capture(carried);
        return carried;
    }
}

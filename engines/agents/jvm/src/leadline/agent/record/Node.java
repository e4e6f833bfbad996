package leadline.agent.record;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One distinct call path of a request, with how often it was taken. Without a place it stands for what was dropped. */
public final class Node {
    public final Request request;
    public final Node parent;
    public final Place place;
    public final AtomicInteger count = new AtomicInteger();
    public volatile long started;
    public volatile long ended;
    public volatile String error;
    final int depth;
    private volatile Node latest;
    private Map<Place, Node> children;
    private long identity;

    Node(Request request, Node parent, Place place, int depth) {
        this.request = request;
        this.parent = parent;
        this.place = place;
        this.depth = depth;
        this.started = this.ended = Clock.now();
    }

    /** Return the node of a call from here; of one too many, the node of all that is dropped here. */
    Node child(Place called) {
        Node node = latest;
        if (node != null && node.place == called && called != null) {
            return node;
        }
        synchronized (request) {
            node = children == null ? null : children.get(called);
            if (node == null) {
                node = made(called);
            }
        }
        latest = node;
        return node;
    }

    private Node made(Place called) {
        if (children == null) {
            children = new HashMap<>(4);
        }
        if (!request.hasRoom() || depth >= Request.MAX_DEPTH) {
            request.dropped++;
            return children.computeIfAbsent(null, none -> new Node(request, this, null, Request.MAX_DEPTH));
        }
        Node node = new Node(request, this, called, depth + 1);
        children.put(called, node);
        request.nodes.add(node);
        return node;
    }

    /** Return this node, or the nearest one above it that was not dropped. */
    public Node recorded() {
        Node node = this;
        while (node.place == null && node.parent != null) {
            node = node.parent;
        }
        return node;
    }

    /** Return the span's id, made when it is first needed. */
    public long identity() {
        synchronized (request) {
            if (identity == 0) {
                identity = Identities.span();
            }
            return identity;
        }
    }
}

package leadline.agent.export;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import leadline.agent.Complaints;
import leadline.agent.Settings;
import leadline.agent.record.Clock;
import leadline.agent.record.Place;
import leadline.agent.record.Request;

/**
 * Sends finished requests from a thread of its own: bounded, on a fresh connection each time, never in the way. What had
 * to be dropped is told with the next batch, and when nothing at all was recorded the end of the process says so.
 */
public final class Exporter implements Runnable {
    private static final int WAITING = 2_000;
    private static final int BATCH = 100;
    private static final int ATTEMPTS = 3;
    private static final int TIMEOUT = 3_000; // milliseconds
    private static final int GATHER = 50; // milliseconds that a batch waits for company
    private static final long PATIENCE = 5_000_000_000L; // nanoseconds that a request waits for its tasks
    private static final long FAREWELL = 2_000; // milliseconds that the end of the process waits
    private static volatile Exporter running;

    private final Settings settings;
    private final ArrayBlockingQueue<Request> finished = new ArrayBlockingQueue<>(WAITING);
    private final List<Request> unsettled = new ArrayList<>(); // their tasks still run
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong settled = new AtomicLong();
    private final AtomicLong functions = new AtomicLong();
    private volatile boolean isLast;

    private Exporter(Settings settings) {
        this.settings = settings;
    }

    /** Start the thread; at the end of the process it gets a moment to send what is left. */
    public static void start(Settings settings) {
        Exporter exporter = new Exporter(settings);
        running = exporter;
        Thread thread = new Thread(null, exporter, "leadline-export", 0, false);
        thread.setDaemon(true);
        thread.start();
        Runtime.getRuntime().addShutdownHook(new Thread(null, exporter::end, "leadline-end", 0, false));
    }

    /** A request begins, which will be offered. */
    public static void expect() {
        running.begun.incrementAndGet();
    }

    /** Take a request, or count it as dropped when too many wait. */
    public static void offer(Request request) {
        if (!running.finished.offer(request)) {
            running.dropped.incrementAndGet();
            running.settled.incrementAndGet();
        }
    }

    @Override
    public void run() {
        while (true) {
            try {
                List<Request> batch = next();
                if (!batch.isEmpty()) {
                    send(batch);
                    settled.addAndGet(batch.size());
                }
            } catch (InterruptedException | RuntimeException error) {
                Complaints.tell("export", error);
            }
        }
    }

    private List<Request> next() throws InterruptedException {
        Request first = finished.poll(GATHER, TimeUnit.MILLISECONDS);
        if (first != null) {
            unsettled.add(first);
            if (!isLast) {
                Thread.sleep(GATHER);
            }
            finished.drainTo(unsettled, BATCH - 1);
        }
        List<Request> batch = new ArrayList<>();
        for (Iterator<Request> each = unsettled.iterator(); each.hasNext(); ) {
            Request request = each.next();
            boolean isSettled = request.pending.get() <= 0 || Clock.now() - request.root.ended > PATIENCE || isLast;
            if (isSettled && batch.size() < BATCH) {
                each.remove();
                request.close();
                functions.addAndGet(request.nodes.size());
                batch.add(request);
            }
        }
        return batch;
    }

    private void send(List<Request> batch) {
        int lost = dropped.get();
        Map<String, Object> resource = new HashMap<>(settings.resource());
        if (lost > 0) {
            resource.put("leadline.dropped", lost);
        }
        byte[] body = Spans.encoded(resource, batch);
        boolean isHeard = true;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                if (post(body)) {
                    dropped.addAndGet(-lost);
                    return;
                }
                isHeard = true;
            } catch (ConnectException nobody) {
                isHeard = false;
            } catch (IOException error) {
                isHeard = true;
            }
            pause(500L * attempt);
        }
        if (isHeard) { // where nobody listens there is no recording that lacks them
            dropped.addAndGet(batch.size());
        }
        Complaints.tell("cannot send to " + settings.endpoint() + "; the service goes on unrecorded until it listens");
    }

    private boolean post(byte[] body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) new URL(settings.endpoint()).openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT);
        connection.setReadTimeout(TIMEOUT);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/x-protobuf");
        connection.setRequestProperty("Connection", "close");
        settings.headers().forEach(connection::setRequestProperty);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (var stream = connection.getOutputStream()) {
            stream.write(body);
        }
        return connection.getResponseCode() < 300;
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        isLast = true;
        long until = System.currentTimeMillis() + FAREWELL;
        while (settled.get() < begun.get() && System.currentTimeMillis() < until) {
            pause(20);
        }
        if (Place.count() == 0) {
            Complaints.tell("NOTHING WAS RECORDED: no function was loaded whose source is under "
                    + settings.roots() + "; say roots=FOLDER of the service's source");
        } else if (begun.get() == 0) {
            Complaints.tell("NOTHING WAS RECORDED: " + Place.count()
                    + " functions are instrumented, but no request of a known server arrived");
        } else if (functions.get() == 0) {
            Complaints.tell("NO FUNCTION WAS RECORDED: " + begun.get() + " requests ran none of the "
                    + Place.count() + " instrumented functions");
        }
    }
}

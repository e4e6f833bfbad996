package com.example;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Every form of Java that holds code. */
public class Counter {
    private final long start;
    private double weight = 1.5;

    public Counter(long start) {
        this.start = start;
        weight += 1;
    }

    interface Shaped {
        default int sides() {
            return 4;
        }

        static int none() {
            return 0;
        }
    }

    static class Square implements Shaped {
        int area(int side) {
            return side * sides();
        }
    }

    enum Kind {
        ROUND {
            @Override
            int corners() {
                return 0;
            }
        },
        EDGED;

        int corners() {
            return 4;
        }
    }

    record Point(int x, int y) {
        int sum() {
            return x + y;
        }
    }

    long count(long more) {
        return start + more;
    }

    long count(String text) {
        return start + text.length();
    }

    double weigh(double factor, boolean isHeavy, byte[] content, long[][] table) {
        Object held = isHeavy ? new Square() : new Point(1, 2);
        double total = weight * factor;
        for (int at = 0; at < content.length; at++) {
            total += held instanceof Square square ? square.area(at) : content[at];
        }
        synchronized (this) {
            total += table.length;
        }
        return total;
    }

    int tried(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException wrong) {
            return -1;
        } finally {
            weight++;
        }
    }

    Function<Integer, Integer> adding(int more) {
        return given ->
                given + more;
    }

    Runnable unnamed(List<Integer> into) {
        return new Runnable() {
            @Override
            public void run() {
                into.add(plain(1));
            }
        };
    }

    Function<Integer, Integer> adding(String more) {
        return given -> {
            Function<Integer, Integer> inner = inside ->
                    inside + more.length();
            return inner.apply(given);
        };
    }

    static int plain(int given) {
        return given + 1;
    }

    static void failing() {
        throw new IllegalStateException("no");
    }

    static int bottomless(int depth) {
        return bottomless(depth + 1) + 1;
    }

    static String overflowing() {
        try {
            return "" + bottomless(0);
        } catch (StackOverflowError expected) {
            return "caught";
        }
    }

    static List<Object> all() {
        Counter counter = new Counter(3);
        List<Integer> into = new ArrayList<>();
        counter.unnamed(into).run();
        try {
            failing();
        } catch (IllegalStateException expected) {
            into.add(0);
        }
        return List.of(
                counter.count(4), counter.count("four"), counter.tried("x"), counter.tried("5"),
                counter.weigh(2, true, new byte[2], new long[1][1]), counter.weigh(2, false, new byte[2], new long[0][0]),
                counter.adding(2).apply(3), counter.adding("abc").apply(3), Shaped.none(), Kind.ROUND.corners(), Kind.EDGED.corners(),
                new Point(1, 2).sum() + new Point(1, 2).x(), into);
    }

    static List<Object> threads() throws Exception {
        var pool = Executors.newFixedThreadPool(1);
        try {
            int submitted = pool.submit(() -> plain(1)).get();
            int supplied = CompletableFuture.supplyAsync(() -> plain(2)).thenApply(Counter::plain).get();
            int[] started = new int[1];
            Thread thread = new Thread(() -> started[0] = plain(3));
            thread.start();
            thread.join();
            int parallel = IntStream.range(0, 50).parallel().map(Counter::plain).sum();
            return List.of(submitted, supplied, started[0], parallel);
        } finally {
            pool.shutdown();
        }
    }
}

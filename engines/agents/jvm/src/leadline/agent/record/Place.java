package leadline.agent.record;

/** A definition in the source, or a line in it: what the static inventory calls it, its file under the root, the line. */
public record Place(String name, String file, int line) {
    private static volatile Place[] known = new Place[256];
    private static int size;

    /** Return the number under which woven code tells this place. */
    public static synchronized int number(Place place) {
        if (size == known.length) {
            known = java.util.Arrays.copyOf(known, size * 2);
        }
        known[size] = place;
        return size++;
    }

    static Place of(int number) {
        return known[number];
    }

    /** Return how many functions are woven so far. */
    public static synchronized int count() {
        return size;
    }
}

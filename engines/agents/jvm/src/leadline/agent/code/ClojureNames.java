package leadline.agent.code;

import java.util.ArrayList;
import java.util.List;
import leadline.agent.record.Place;

/** The name of a function by its class alone, for classes whose source is not there. */
final class ClojureNames {
    private ClojureNames() {}

    /** Return one definition with all lines of the class. `ns$outer$helper__12` is `outer/helper`. */
    static List<Definition> of(ClassShape shape, String file) {
        List<String> parts = new ArrayList<>();
        String own = shape.name.substring(shape.name.lastIndexOf('/') + 1);
        for (String part : own.split("\\$")) {
            String bare = part.replaceFirst("__\\d+$", "");
            if (!bare.matches("fn|eval\\d+|iter|reify|loading.*|") && !bare.equals(own.split("\\$")[0])) {
                parts.add(Munged.demunged(bare));
            }
        }
        List<Integer> lines = shape.methods.stream().flatMap(each -> each.lines().stream()).sorted().toList();
        if (parts.isEmpty() || lines.isEmpty()) {
            return List.of();
        }
        int start = lines.get(0);
        int end = lines.get(lines.size() - 1);
        String simple = parts.get(parts.size() - 1);
        Place place = new Place(String.join("/", parts), file, start);
        return List.of(new Definition(place, simple, start, end, 0, -1, true, List.of()));
    }
}

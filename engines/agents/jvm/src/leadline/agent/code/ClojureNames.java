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
        int start = shape.methods.stream().flatMapToInt(each -> each.lines().stream().mapToInt(line -> line)).min().orElse(0);
        int end = shape.methods.stream().flatMapToInt(each -> each.lines().stream().mapToInt(line -> line)).max().orElse(0);
        if (parts.isEmpty()) {
            return List.of();
        }
        String simple = parts.get(parts.size() - 1);
        return List.of(new Definition(new Place(String.join("/", parts), file, start), simple, start, end, 0, -1, true, List.of()));
    }
}

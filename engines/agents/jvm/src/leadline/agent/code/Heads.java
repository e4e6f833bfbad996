package leadline.agent.code;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the first symbol of a form means, as the static inventory has it: `forms.yaml`, which the build puts beside this
 * class. Only the two shapes that the file has are read: `name: [heads]` and `HEAD: {… named: true}`.
 */
final class Heads {
    private static final Pattern LISTED = Pattern.compile("(?m)^  ([a-z_]+): \\[([^\\]]*)\\]");
    private static final Pattern BODY = Pattern.compile("(?m)^  ([A-Za-z]+): (\\*route|&route|\\{parameters)");

    private final Map<String, String> meanings = new HashMap<>();
    private final Set<String> routes = new HashSet<>();
    private final Set<String> bodies = new HashSet<>();

    Heads() {
        String told = content();
        for (Matcher found = LISTED.matcher(told); found.find(); ) {
            for (String head : found.group(2).split("[,\\s]+")) {
                meanings.put(head.replaceAll("^'|'$", ""), found.group(1));
            }
        }
        for (Matcher found = BODY.matcher(told); found.find(); ) {
            (found.group(2).endsWith("route") ? routes : bodies).add(found.group(1));
        }
    }

    /** Return what a head means, `route` for one that declares a route, an empty text for any other. */
    String meaning(String head) {
        if (routes.contains(head)) {
            return "route";
        }
        return bodies.contains(head) ? "anonymous" : meanings.getOrDefault(head, "");
    }

    private static String content() {
        try (InputStream stream = ClassLoader.getSystemResourceAsStream("leadline/agent/code/forms.yaml")) {
            String told = stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return told.replaceAll("(?m)(^| )#.*$", "");
        } catch (IOException error) {
            return "";
        }
    }
}

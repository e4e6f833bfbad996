package leadline.agent.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import leadline.agent.Settings;

/** Which classes are the service's own, and which functions of the source their methods are. */
public final class OwnCode {
    private static final int MAX_SOURCE = 5_000_000;

    private final Settings settings;
    private final SourceIndex sources;
    private final Map<String, List<Definition>> definitions = new ConcurrentHashMap<>();
    private final Map<String, String> constants = new ConcurrentHashMap<>();
    private final Set<Definition> taken = ConcurrentHashMap.newKeySet();

    public OwnCode(Settings settings) {
        this.settings = settings;
        this.sources = new SourceIndex(settings.roots());
    }

    /** Return how many source files there are under the roots. */
    public int size() {
        return sources.size();
    }

    /** Return what a class holds, null where it is not the service's own. `name`: with '/'. */
    public OwnClass read(String name, byte[] bytes) {
        String packageName = name.substring(0, Math.max(name.lastIndexOf('/'), 0));
        boolean isIncluded = settings.includes(name);
        if (!isIncluded && !sources.mayHold(packageName)) {
            return null;
        }
        ClassShape shape = ClassShape.of(bytes);
        SourceIndex.File source = shape.sourceFile.isEmpty() ? null : sources.find(packageName, shape.sourceFile);
        if (source == null && !isIncluded) {
            return null;
        }
        boolean isClojure = shape.sourceFile.endsWith(".clj") || shape.sourceFile.endsWith(".cljc");
        String file = source != null ? source.relative() : packageName + "/" + shape.sourceFile;
        if (!isClojure) {
            String[] lines = source == null ? new String[0] : text(source).split("\n", -1);
            return new JavaClass(shape, file, lines, constants).read();
        }
        List<Definition> known = source == null
                ? ClojureNames.of(shape, file)
                : definitions.computeIfAbsent(file, none -> ClojureDefinitions.of(file, text(source)));
        return new ClojureClass(shape, file, known, taken).read();
    }

    private static String text(SourceIndex.File source) {
        try {
            boolean isSmall = Files.size(source.path()) <= MAX_SOURCE;
            return isSmall ? new String(Files.readAllBytes(source.path()), StandardCharsets.UTF_8) : "";
        } catch (IOException error) {
            return "";
        }
    }
}

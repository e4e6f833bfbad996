package leadline.agent.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The source files under the roots, found by the package and the file name that a class tells of itself. */
public final class SourceIndex {
    private static final Set<String> ENDINGS = Set.of("clj", "cljc", "java", "kt", "groovy", "scala");
    private static final Set<String> SKIPPED = Set.of("node_modules", "target", "build", "out", "dist");
    private static final int MAX_FILES = 50_000;
    private static final int MAX_DEPTH = 40;
    private static final int HEAD = 4_096;
    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)");

    /** A file: where it is, and its path under its root with '/'. */
    public record File(Path path, String relative) {}

    private final Map<String, Map<String, File>> packages = new HashMap<>(); // package with '/' → file name → file
    private int files;

    /** Read which files there are. Folders that cannot be read are passed over. */
    public SourceIndex(List<Path> roots) {
        for (Path root : roots) {
            List<Path> found = new ArrayList<>();
            walk(root, found);
            Collections.sort(found);
            for (Path path : found) {
                add(root, path);
            }
        }
    }

    /** Return how many files there are. */
    public int size() {
        return files;
    }

    /** Whether a class of this package, with '/', may be of the source: quickly told, before its bytes are read. */
    public boolean mayHold(String packageName) {
        return packages.containsKey(packageName) || !above(packageName).isEmpty() && packages.containsKey(above(packageName));
    }

    /** Return the source of a class, null where it is not under the roots. */
    public File find(String packageName, String fileName) {
        File found = packages.getOrDefault(packageName, Map.of()).get(fileName);
        String namespace = packageName.substring(packageName.lastIndexOf('/') + 1); // the package of a record
        boolean isType = found == null && !above(packageName).isEmpty() && fileName.startsWith(namespace + ".clj");
        return isType ? packages.getOrDefault(above(packageName), Map.of()).get(fileName) : found;
    }

    private static String above(String packageName) {
        return packageName.substring(0, Math.max(packageName.lastIndexOf('/'), 0));
    }

    private void walk(Path root, List<Path> found) {
        try {
            Files.walkFileTree(root, Set.of(), MAX_DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes told) {
                    String name = String.valueOf(folder.getFileName());
                    boolean isSkipped = !folder.equals(root) && (name.startsWith(".") || SKIPPED.contains(name));
                    return isSkipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes told) {
                    String name = file.getFileName().toString();
                    if (ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))) {
                        found.add(file);
                    }
                    return found.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException error) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException error) {
            // told by the count of files
        }
    }

    /** Every end of a file's folder may be its package: which part of the path is above the packages is not known. */
    private void add(Path root, Path path) {
        files++;
        String relative = root.relativize(path).toString().replace(java.io.File.separatorChar, '/');
        File file = new File(path, relative);
        String name = path.getFileName().toString();
        String folder = above(relative);
        for (String rest = folder; ; rest = rest.substring(rest.indexOf('/') + 1)) {
            put(rest, name, file);
            if (rest.indexOf('/') < 0) {
                break;
            }
        }
        put("", name, file);
        if (!name.endsWith(".clj") && !name.endsWith(".cljc")) {
            put(declaredPackage(path), name, file);
        }
    }

    private void put(String packageName, String name, File file) {
        packages.computeIfAbsent(packageName, none -> new HashMap<>()).putIfAbsent(name, file);
    }

    private static String declaredPackage(Path path) {
        try (var stream = Files.newInputStream(path)) {
            Matcher found = PACKAGE.matcher(new String(stream.readNBytes(HEAD), StandardCharsets.UTF_8));
            return found.find() ? found.group(1).replace('.', '/') : "";
        } catch (IOException error) {
            return "";
        }
    }
}

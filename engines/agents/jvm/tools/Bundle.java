import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * Writes the agent's jar: its classes, what stands beside them, and ASM under a name of its own, so that it cannot meet
 * the ASM of a service. `java Bundle.java JAR CLASSES ASM.jar…`
 */
final class Bundle {
    private static final String ASM = "org/objectweb/asm/";
    private static final String OWN = "leadline/agent/asm/";

    private static final Remapper RENAMED = new Remapper() {
        @Override
        public String map(String name) {
            return name.startsWith(ASM) ? OWN + name.substring(ASM.length()) : name;
        }
    };

    public static void main(String[] arguments) throws IOException {
        TreeMap<String, byte[]> entries = new TreeMap<>();
        Path classes = Path.of(arguments[1]);
        try (var files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(entries, classes.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        for (int at = 2; at < arguments.length; at++) {
            try (JarFile jar = new JarFile(arguments[at])) {
                for (JarEntry entry : jar.stream().filter(each -> each.getName().startsWith(ASM)).toList()) {
                    try (InputStream stream = jar.getInputStream(entry)) {
                        add(entries, entry.getName(), stream.readAllBytes());
                    }
                }
            }
        }
        Manifest manifest = new Manifest();
        Attributes told = manifest.getMainAttributes();
        told.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        told.putValue("Premain-Class", "leadline.agent.Premain");
        told.putValue("Can-Retransform-Classes", "true");
        Path whole = Path.of(arguments[0]);
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        try (OutputStream file = Files.newOutputStream(part);
                JarOutputStream jar = new JarOutputStream(file, manifest)) {
            for (var entry : entries.entrySet()) {
                JarEntry made = new JarEntry(entry.getKey());
                made.setTime(0);
                jar.putNextEntry(made);
                jar.write(entry.getValue());
            }
        }
        Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING); // a service may be running with the old one
    }

    private static void add(TreeMap<String, byte[]> entries, String name, byte[] bytes) {
        if (!name.endsWith(".class")) {
            if (!name.endsWith("/")) {
                entries.put(name, bytes);
            }
            return;
        }
        ClassWriter writer = new ClassWriter(0);
        new ClassReader(bytes).accept(new ClassRemapper(writer, RENAMED), 0);
        entries.put(RENAMED.map(name.substring(0, name.length() - 6)) + ".class", writer.toByteArray());
    }
}

package leadline.agent.hooks;

import java.io.File;
import java.util.List;
import java.util.Map;
import leadline.agent.record.Arrivals;

/** The sinks of the JDK and of common libraries but for statements and requests. */
final class Sinks {
    private static final String MODE = "leadline.sink.mode";
    private static final List<String> DEVICES = List.of("/dev/null", "/dev/urandom", "/dev/random");
    private static final List<String> SHELLS = List.of("sh", "bash", "dash", "zsh", "ksh");

    private Sinks() {}

    static void add(Hooks.Table table) {
        files(table);
        commands(table);
        readers(table);
        documents(table);
        others(table);
    }

    private static void files(Hooks.Table table) {
        table.hook("java/io/FileInputStream", "<init>", "(Ljava/io/File;)", file(0, "r"));
        table.hook("java/io/FileOutputStream", "<init>", "(Ljava/io/File;Z)", file(0, "w"));
        table.hook("java/io/RandomAccessFile", "<init>", "(Ljava/io/File;Ljava/lang/String;)", new SinkAdvice(
                "file", Arrivals.FAR, call -> path(call.argument(0)),
                call -> Map.of(MODE, "r".equals(call.argument(1)) ? "r" : "w")));
        Advice changed = new SinkAdvice("file", Arrivals.FAR, call -> path(call.self), call -> Map.of(MODE, "remove"));
        table.hook("java/io/File", "delete", "()", changed);
        for (String name : new String[] {"list", "listFiles"}) {
            table.hook("java/io/File", name, "(", SinkAdvice.with("file", call -> path(call.self), MODE, "list"));
        }
        for (String name : new String[] {"mkdir", "mkdirs", "createNewFile"}) {
            table.hook("java/io/File", name, "()", SinkAdvice.with("file", call -> path(call.self), MODE, "mkdir"));
        }
        table.hook("java/io/File", "renameTo", "(", file(0, "rename"));
        Map<String, String> modes = Map.ofEntries(
                Map.entry("newInputStream", "r"), Map.entry("newOutputStream", "w"), Map.entry("newByteChannel", "r"),
                Map.entry("newBufferedReader", "r"), Map.entry("newBufferedWriter", "w"), Map.entry("readAllBytes", "r"),
                Map.entry("readString", "r"), Map.entry("readAllLines", "r"), Map.entry("lines", "r"),
                Map.entry("write", "w"), Map.entry("writeString", "w"), Map.entry("delete", "remove"),
                Map.entry("deleteIfExists", "remove"), Map.entry("createDirectory", "mkdir"),
                Map.entry("createDirectories", "mkdir"), Map.entry("createFile", "w"),
                Map.entry("newDirectoryStream", "list"), Map.entry("list", "list"), Map.entry("walk", "list"));
        modes.forEach((name, mode) -> table.hook("java/nio/file/Files", name, "(Ljava/nio/file/Path;", file(0, mode)));
        for (String name : new String[] {"copy", "move"}) {
            table.hook("java/nio/file/Files", name, "(Ljava/nio/file/Path;Ljava/nio/file/Path;", file(1, "rename"));
        }
        table.hook("java/nio/file/Files", "copy", "(Ljava/io/InputStream;", file(1, "w"));
        table.hook("java/nio/file/Files", "copy", "(Ljava/nio/file/Path;Ljava/io/OutputStream;", file(0, "r"));
    }

    /** The argument as it is. */
    private static Advice given(String kind, int at) {
        return SinkAdvice.of(kind, call -> call.argument(at));
    }

    /** The first argument, as far as it can be shown. */
    private static Advice shown(String kind) {
        return SinkAdvice.of(kind, call -> Text.of(call.argument(0)));
    }

    private static Advice file(int at, String mode) {
        return SinkAdvice.with("file", call -> path(call.argument(at)), MODE, mode);
    }

    private static String path(Object file) {
        String path = file instanceof File || file instanceof java.nio.file.Path ? file.toString() : null;
        return path == null || DEVICES.contains(path) ? null : path;
    }

    private static void commands(Hooks.Table table) {
        table.hook("java/lang/ProcessBuilder", "start", "()", new SinkAdvice(
                "exec", Arrivals.FAR,
                call -> {
                    List<String> command = ((ProcessBuilder) call.self).command();
                    return isShell(command) ? command.get(2) : Text.list(command);
                },
                call -> Map.of("leadline.sink.shell", isShell(((ProcessBuilder) call.self).command()))));
    }

    private static boolean isShell(List<String> command) {
        return command.size() > 2 && command.get(1).equals("-c") && SHELLS.contains(new File(command.get(0)).getName());
    }

    /** What Clojure, and other languages, read and run as code; objects that are read back. */
    private static void readers(Hooks.Table table) {
        for (String name : new String[] {"eval", "load_string"}) {
            table.hook("clojure/core$" + name, "invokeStatic", "(", 
                    SinkAdvice.of("eval", call -> code(call.argument(0))));
        }
        // The reader runs what stands behind `#=`: what it is given counts as evaluated, as it does in the rules.
        table.hook("clojure/core$read_string", "invokeStatic", "(", SinkAdvice.of("eval", Sinks::read));
        table.hook("clojure/core$read", "invokeStatic", "(", SinkAdvice.of("eval", Sinks::read));
        table.hook("javax/script/AbstractScriptEngine", "eval", "(Ljava/lang/String;", given("eval", 0));
        table.hook("groovy/lang/GroovyShell", "evaluate", "(Ljava/lang/String;", given("eval", 0));
        table.hook("org/springframework/expression/spel/standard/SpelExpressionParser", "parseRaw", "(Ljava/lang/String;",
                given("eval", 0));
        for (String reader : new String[] {"java/io/ObjectInputStream", "java/beans/XMLDecoder"}) {
            table.hook(reader, "readObject", "()", SinkAdvice.of("deserialize", call -> Text.of(call.self)));
        }
        table.hook("org/yaml/snakeyaml/Yaml", "load*", "(", shown("deserialize"));
        table.hook("com/thoughtworks/xstream/XStream", "fromXML", "(", shown("deserialize"));
    }

    /** `(read-string opts s)` and `(read opts stream)` take what is read last, after options that are a map. */
    private static Object read(Call call) throws Exception {
        Object given = call.argument(0) instanceof Map ? call.argument(1) : call.argument(0);
        return Text.of(given);
    }

    private static String code(Object form) {
        String written = String.valueOf(form); // a lazy sequence has only its type to tell
        return form == null ? null : written;
    }

    private static void documents(Hooks.Table table) {
        String xerces = "com/sun/org/apache/xerces/internal/jaxp/";
        for (String parser : new String[] {xerces, "org/apache/xerces/jaxp/"}) {
            for (String name : new String[] {"DocumentBuilderImpl", "SAXParserImpl"}) {
                table.hook(parser + name, "parse", "(Lorg/xml/sax/InputSource;",
                        SinkAdvice.of("xml", call -> Text.ofSource(call.argument(0))));
            }
        }
        table.hook("javax/xml/parsers/SAXParser", "parse", "(Ljava/io/", shown("xml"));
        table.hook("javax/xml/parsers/DocumentBuilder", "parse", "(Ljava/io/", shown("xml"));
        table.hook("com/sun/xml/internal/stream/XMLInputFactoryImpl", "createXML*", "(Ljava/io/",
                shown("xml"));
        for (String name : new String[] {"compile", "evaluate*"}) {
            table.hook("com/sun/org/apache/xpath/internal/jaxp/XPathImpl", name, "(Ljava/lang/String;",
                    given("xpath", 0));
        }
        table.hook("selmer/parser$render", "doInvoke", "(", given("template", 0));
        table.hook("freemarker/template/Template", "<init>", "(Ljava/lang/String;Ljava/lang/String;",
                given("template", 1));
    }

    private static void others(Hooks.Table table) {
        for (String name : new String[] {"Ljava/lang/String;", "Ljavax/naming/Name;"}) {
            table.hook("javax/naming/directory/InitialDirContext", "search", "(" + name + "Ljava/lang/String;",
                    given("ldap", 1));
        }
        table.hook("javax/naming/InitialContext", "lookup", "(Ljava/lang/String;", given("ldap", 0));
        redirects(table);
        for (String algorithm : new String[] {"java/security/MessageDigest", "javax/crypto/Cipher"}) {
            table.hook(algorithm, "getInstance", "(Ljava/lang/String;",
                    SinkAdvice.near("crypto", call -> call.argument(0)));
        }
        table.hook("java/util/Random", "next", "(I)", SinkAdvice.near("random", call -> "java.util.Random"));
        table.hook("java/util/logging/Logger", "log", "(Ljava/util/logging/LogRecord;)",
                SinkAdvice.of("log", call -> Reflect.text(call.argument(0), "getMessage")));
        table.hook("org/slf4j/impl/SimpleLogger", "log", "(ILjava/lang/String;", given("log", 1));
        table.hook("ch/qos/logback/classic/Logger", "callAppenders", "(",
                SinkAdvice.of("log", call -> Reflect.text(call.argument(0), "getFormattedMessage")));
        for (String session : new String[] {
            "org/eclipse/jetty/server/session/Session", "org/apache/catalina/session/StandardSession"
        }) {
            table.hook(session, "setAttribute", "(Ljava/lang/String;",
                    SinkAdvice.of("session-write", call -> call.argument(0) + "=" + Text.of(call.argument(1))));
        }
    }

    private static void redirects(Hooks.Table table) {
        table.hook("ring/util/response$redirect", "invokeStatic", "(", shown("redirect"));
        for (String response : new String[] {
            "org/eclipse/jetty/server/Response", "org/apache/catalina/connector/ResponseFacade"
        }) {
            table.hook(response, "sendRedirect", "(", SinkAdvice.of("redirect",
                    call -> call.argument(0) instanceof String ? call.argument(0) : call.argument(1)));
            for (String name : new String[] {"setHeader", "addHeader"}) {
                table.hook(response, name, "(Ljava/lang/String;Ljava/lang/String;)", SinkAdvice.of("redirect",
                        call -> "location".equalsIgnoreCase((String) call.argument(0)) ? call.argument(1) : null));
            }
        }
    }
}

package leadline.agent;

import java.io.File;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the agent is told: `roots=A,B;include=shop.*,acme.*` behind the jar, the rest by the environment as for every
 * OpenTelemetry exporter.
 *
 * @param roots folders of the source, absolute; a class whose source is under them is the service's own
 * @param included prefixes of classes, with '/', that are the service's own without their source
 * @param endpoint URL that OTLP goes to, with its path
 * @param headers what every request to the endpoint carries besides, as a token
 * @param resource attributes of the service
 */
public record Settings(
        List<Path> roots,
        List<String> included,
        String endpoint,
        Map<String, String> headers,
        Map<String, Object> resource) {
    private static final String DEFAULT_ENDPOINT = "http://127.0.0.1:4318";

    /** Read the settings. Raises IllegalArgumentException with a sentence that says what is wrong. */
    static Settings read(String argument, Map<String, String> environment) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String part : (argument == null ? "" : argument).split(";")) {
            String key = part.contains("=") ? part.substring(0, part.indexOf('=')).trim() : part.trim();
            if (!key.isEmpty() && !List.of("roots", "include").contains(key)) {
                throw new IllegalArgumentException("there is no setting '" + key + "'; give roots=FOLDER or include=PACKAGE.*");
            }
            given.put(key, part.substring(part.indexOf('=') + 1).trim());
        }
        List<Path> roots = new ArrayList<>();
        String told = given.getOrDefault("roots", "");
        String listed = told.isEmpty() ? environment.getOrDefault("LEADLINE_ROOTS", "") : told;
        for (String root : listed.split(told.isEmpty() ? File.pathSeparator : ",")) {
            if (!root.isBlank()) {
                Path path = Path.of(root.trim()).toAbsolutePath().normalize();
                if (!path.toFile().isDirectory()) {
                    throw new IllegalArgumentException("the root " + path + " is no folder; give the folder of the source");
                }
                roots.add(path);
            }
        }
        List<String> included = new ArrayList<>();
        for (String each : given.getOrDefault("include", "").split(",")) {
            if (!each.isBlank()) {
                included.add(each.trim().replace('-', '_').replace('.', '/').replaceFirst("/?\\*$", ""));
            }
        }
        if (roots.isEmpty() && included.isEmpty()) {
            throw new IllegalArgumentException("no source is given; say -javaagent:leadline-agent.jar=roots=FOLDER");
        }
        String base = environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", DEFAULT_ENDPOINT);
        String endpoint = base.replaceFirst("/+$", "") + "/v1/traces";
        return new Settings(roots, included, endpoint, headers(environment), resource(environment));
    }

    /** `name=value` with commas between, percent-encoded: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
    private static Map<String, String> headers(Map<String, String> environment) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String pair : environment.getOrDefault("OTEL_EXPORTER_OTLP_HEADERS", "").split(",")) {
            int at = pair.indexOf('=');
            if (at > 0) {
                headers.put(decoded(pair.substring(0, at)), decoded(pair.substring(at + 1)));
            }
        }
        return headers;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.trim().replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> resource(Map<String, String> environment) {
        Map<String, Object> resource = new LinkedHashMap<>();
        for (String pair : environment.getOrDefault("OTEL_RESOURCE_ATTRIBUTES", "").split(",")) {
            int at = pair.indexOf('=');
            if (at > 0) {
                resource.put(pair.substring(0, at).trim(), pair.substring(at + 1).trim());
            }
        }
        resource.put("service.name", environment.getOrDefault(
                "OTEL_SERVICE_NAME", String.valueOf(resource.getOrDefault("service.name", "unknown_service:java"))));
        resource.put("telemetry.sdk.language", "java");
        resource.put("telemetry.distro.name", "leadline");
        resource.put("process.pid", ProcessHandle.current().pid());
        return resource;
    }

    /** Whether a class, with '/', is named as the service's own. */
    public boolean includes(String name) {
        for (String prefix : included) {
            if (name.startsWith(prefix)
                    && (name.length() == prefix.length() || "/$".indexOf(name.charAt(prefix.length())) >= 0)) {
                return true;
            }
        }
        return false;
    }
}

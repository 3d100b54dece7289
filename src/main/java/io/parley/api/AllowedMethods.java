package io.parley.api;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which methods each path knows, for the {@code Allow} header, which RFC 9110 demands of a 405 and JAX-RS leaves out. */
final class AllowedMethods {
    private static final List<Class<?>> RESOURCES = List.of(SessionsResource.class, MessagesResource.class,
            ImagesResource.class, TurnsResource.class, TurnEventsResource.class, SessionEventsResource.class,
            ContextResource.class, UsageResource.class,
            ModelsResource.class);
    private static final Map<String, Set<String>> BY_TEMPLATE = read();
    private static final Map<String, Pattern> PATHS = BY_TEMPLATE.keySet().stream().collect(Collectors.toMap(
            template -> template, template -> Pattern.compile(template.replaceAll("\\{[^}]+}", "[^/]+") + "/?")));

    private AllowedMethods() {
    }

    /**
     * Returns the methods that a path allows, separated by commas and with {@code OPTIONS}; empty if Parley has no such path.
     */
    static String of(@Nullable String path) {
        String template = template(path);
        return template == null ? ""
                : String.join(", ", Objects.requireNonNull(BY_TEMPLATE.get(template))).replace("GET", "GET, HEAD")
                        + ", OPTIONS";
    }

    /** Returns the template of a path, in which names stand in place of the ids; null if Parley has no such path. */
    static @Nullable String template(@Nullable String path) {
        return path == null ? null
                : PATHS.entrySet().stream().filter(entry -> entry.getValue().matcher(path).matches())
                        .map(Map.Entry::getKey).findFirst().orElse(null);
    }

    /** Returns whether a path allows a method. */
    static boolean isAllowed(String method, String template) {
        return BY_TEMPLATE.getOrDefault(template, Set.of()).contains("HEAD".equals(method) ? "GET" : method);
    }

    /** The methods of all paths, by path template. */
    static Map<String, Set<String>> byTemplate() {
        return BY_TEMPLATE;
    }

    private static Map<String, Set<String>> read() {
        Map<String, Set<String>> methods = new LinkedHashMap<>();
        for (Class<?> resource : RESOURCES) {
            String base = resource.getAnnotation(Path.class).value();
            for (Method method : resource.getDeclaredMethods()) {
                Path path = method.getAnnotation(Path.class);
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (verb != null) {
                        methods.computeIfAbsent(path == null ? base : base + "/" + path.value(), _ -> new TreeSet<>())
                                .add(verb.value());
                    }
                }
            }
        }
        return methods;
    }
}

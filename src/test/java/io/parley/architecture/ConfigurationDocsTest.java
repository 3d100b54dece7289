package io.parley.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Every key that the code reads stands in the page on configuration, and that page tells of no other. */
class ConfigurationDocsTest {
    private static final Path PAGE = Path.of("src/docs/configuration.md");
    private static final Path CLASSES = Path.of("target/classes");
    private static final Pattern ROW = Pattern.compile("^\\| `(parley\\.[^`]+)`", Pattern.MULTILINE);

    @Test
    void every_key_is_documented_and_every_documented_key_is_read() throws IOException {
        Set<String> documented = new TreeSet<>();
        Matcher rows = ROW.matcher(Files.readString(PAGE));
        while (rows.find()) {
            documented.add(rows.group(1));
        }

        assertThat(documented).isEqualTo(keysInCode());
    }

    private static Set<String> keysInCode() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (Class<?> type : configuredTypes()) {
            ConfigMapping mapping = type.getAnnotation(ConfigMapping.class);
            if (mapping != null) {
                collect(mapping.prefix(), type, keys);
            }
            Stream.of(type.getDeclaredConstructors(), type.getDeclaredMethods()).flatMap(Stream::of)
                    .flatMap(executable -> Stream.of(executable.getParameters()))
                    .map(parameter -> parameter.getAnnotation(ConfigProperty.class))
                    .filter(Objects::nonNull)
                    .map(ConfigProperty::name)
                    .filter(key -> key.startsWith("parley."))
                    .forEach(keys::add);
        }
        return keys;
    }

    /** Returns the classes whose files name one of the two annotations, because loading all classes takes long. */
    private static List<Class<?>> configuredTypes() throws IOException {
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : (Iterable<Path>) files.filter(file -> file.toString().endsWith(".class"))::iterator) {
                String constants = Files.readString(file, StandardCharsets.ISO_8859_1);
                if (constants.contains(nameInClassFile(ConfigMapping.class))
                        || constants.contains(nameInClassFile(ConfigProperty.class))) {
                    types.add(load(CLASSES.relativize(file).toString().replace(".class", "").replace('/', '.')));
                }
            }
        }
        return types;
    }

    private static String nameInClassFile(Class<?> annotation) {
        return annotation.getName().replace('.', '/');
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ConfigurationDocsTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void collect(String prefix, Class<?> mapping, Set<String> keys) {
        for (Method method : mapping.getMethods()) {
            if (method.isAnnotationPresent(WithParentName.class)) {
                add(prefix, method.getGenericReturnType(), keys);
            } else {
                add(prefix + "." + name(method), method.getGenericReturnType(), keys);
            }
        }
    }

    private static void add(String key, Type type, Set<String> keys) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            add(key + ".<name>", generic.getActualTypeArguments()[1], keys);
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
            add(key, generic.getActualTypeArguments()[0], keys);
        } else if (type instanceof Class<?> group && group.isInterface() && group.getName().startsWith("io.parley.")) {
            collect(key, group, keys);
        } else {
            keys.add(key);
        }
    }

    private static String name(Method method) {
        WithName given = method.getAnnotation(WithName.class);
        return given != null ? given.value()
                : method.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}

package io.parley;

import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Warns at start of each setting that has Parley's prefix and no effect: a mistyped key, or an environment variable from which
 * Parley cannot read the name of a provider. The page on configuration lists all settings; a test compares it with the code.
 */
@Startup
@Singleton
final class UnknownSettings {
    private static final Logger LOG = Logger.getLogger(UnknownSettings.class);
    private static final String PAGE = "META-INF/parley/configuration.md";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(parley\\.[^`]+)`");
    private static final String NAME = "<name>";
    private static final String PREFIX = "parley.";
    private static final String VARIABLE_PREFIX = "PARLEY_";
    /** Kubernetes sets these variables for a service whose name is parley or begins with it. */
    private static final Pattern SERVICE_LINK = Pattern
            .compile(".*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_[0-9]+_(TCP|UDP).*)?)");
    private static final Pattern PROVIDER_VARIABLE = Pattern.compile("PARLEY_PROVIDERS_.+");
    private final List<Pattern> keys;

    @Inject
    UnknownSettings(Config config) {
        this(page());
        List<String> properties = StreamSupport.stream(config.getPropertyNames().spliterator(), false).toList();
        warnings(properties, System.getenv().keySet()).forEach(LOG::warn);
    }

    /** @param page the text of the page on configuration */
    UnknownSettings(String page) {
        keys = ROW.matcher(page).results().map(row -> pattern(row.group(1))).toList();
    }

    /**
     * Returns one line for each name that is no setting of Parley.
     *
     * @param properties the names of all properties, from every source
     * @param variables the names of all environment variables
     */
    Collection<String> warnings(Collection<String> properties, Collection<String> variables) {
        Predicate<String> isKnown = name -> keys.stream().anyMatch(key -> key.matcher(name).matches());
        List<String> ours = properties.stream().filter(name -> name.startsWith(PREFIX)).toList();
        List<String> read = ours.stream().filter(isKnown).map(UnknownSettings::variable).toList();
        TreeSet<String> warnings = variables.stream().filter(name -> name.startsWith(VARIABLE_PREFIX))
                .filter(name -> !read.contains(name) && !SERVICE_LINK.matcher(name).matches()).map(UnknownSettings::warning)
                .collect(Collectors.toCollection(TreeSet::new));
        ours.stream().filter(isKnown.negate()).filter(name -> !variables.contains(variable(name)))
                .map(UnknownSettings::warning).forEach(warnings::add);
        return warnings;
    }

    private static String warning(String name) {
        String why = PROVIDER_VARIABLE.matcher(name).matches()
                ? " has no effect. The name of the provider must be one word, or stand between two underscores on each side, as in"
                        + " PARLEY_PROVIDERS__MY_GPU__BASE_URL; the rest must be the name of a setting."
                : " has no effect, because Parley has no such setting.";
        return name + why;
    }

    /** Returns the name of the environment variable that sets a property. */
    private static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static Pattern pattern(String key) {
        return Pattern.compile(Pattern.quote(key).replace(NAME, "\\E(?:\"[^\"]+\"|[^.\"]+)\\Q") + "(?:\\[[0-9]+])?");
    }

    private static String page() {
        try (InputStream page = Thread.currentThread().getContextClassLoader().getResourceAsStream(PAGE)) {
            if (page == null) {
                throw new IllegalStateException(PAGE + " is not in the application");
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

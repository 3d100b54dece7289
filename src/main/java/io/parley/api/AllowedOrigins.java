package io.parley.api;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The other sites whose pages may use this service. */
final class AllowedOrigins {
    private static final Pattern ORIGIN = Pattern
            .compile("(?<scheme>[a-z][a-z0-9+.-]*)://(?<authority>([a-z0-9._-]+|\\[[0-9a-f:.]+])(:(?<port>[0-9]{1,5}))?)");
    private static final int LARGEST_PORT = 65_535;
    private final Set<String> allowed;

    /**
     * Creates the sites with these origins. A browser writes an origin as scheme, host, and the port if it is not the usual one
     * (RFC 6454, section 6.1).
     *
     * @throws ConfigurationException if one of the texts is no origin
     */
    AllowedOrigins(List<String> origins) {
        this.allowed = origins.stream().map(AllowedOrigins::checked).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether there is no such site. */
    boolean areNone() {
        return allowed.isEmpty();
    }

    /** Returns whether a page with this origin belongs to one of the sites. */
    boolean contain(@Nullable String origin) {
        return origin != null && !allowed.isEmpty() && allowed.contains(origin.toLowerCase(Locale.ROOT));
    }

    private static String checked(String entry) {
        Matcher origin = ORIGIN.matcher(entry.strip().toLowerCase(Locale.ROOT));
        if (!origin.matches() || !isPort(origin.group("port"))) {
            throw new ConfigurationException("parley.allowed-origins: must be a list of origins such as https://app.example or "
                    + "http://localhost:3000, without a path, but has the entry " + entry.replaceAll("//[^/]*@", "//…@"));
        }
        String scheme = origin.group("scheme");
        return scheme + "://" + PageOrigins.withoutDefaultPort(scheme, origin.group("authority"));
    }

    private static boolean isPort(@Nullable String port) {
        return port == null || (Integer.parseInt(port) > 0 && Integer.parseInt(port) <= LARGEST_PORT);
    }
}

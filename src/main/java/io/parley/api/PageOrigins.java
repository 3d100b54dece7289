package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Decides which web pages may use this service. The browser names the site of the page in the headers of its requests. */
@Singleton
final class PageOrigins {
    /** RFC 9110, section 9.2.1: requests with these methods change nothing. */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final String CROSS_SITE = "cross-site";
    private final OwnHosts ownHosts;
    private final AllowedOrigins others;

    /**
     * Reads which pages may use this service.
     *
     * @param allowedHosts the names by which clients may call the service, see {@link OwnHosts}
     * @param allowedOrigins other sites whose pages may use the service, see {@link AllowedOrigins}
     */
    PageOrigins(@ConfigProperty(name = "parley.allowed-hosts") Optional<List<String>> allowedHosts,
            @ConfigProperty(name = "parley.allowed-origins") Optional<List<String>> allowedOrigins) {
        this.ownHosts = new OwnHosts(allowedHosts.orElse(List.of()));
        this.others = new AllowedOrigins(allowedOrigins.orElse(List.of()));
    }

    /** Returns whether pages of at least one other site may use this service. */
    boolean allowOthers() {
        return !others.areNone();
    }

    /** Returns whether pages with this origin of another site may use this service. */
    boolean isAllowed(@Nullable String origin) {
        return others.contain(origin);
    }

    /**
     * Checks a request that only pages of this service and clients other than browsers may send. Returns the reason for a
     * refusal, null if the request is allowed.
     */
    @Nullable
    Failure violation(HttpServerRequest request) {
        String host = host(request);
        if (!ownHosts.areNamedBy(host, request.localAddress())) {
            return Refused.because(FailureCode.FORBIDDEN_ORIGIN,
                    "The host name of this request is not allowed. The operator can add it to parley.allowed-hosts.");
        }
        String origin = request.getHeader("Origin");
        return origin == null || isOwn(origin, host) || isAllowed(origin) ? null
                : Refused.because(FailureCode.FORBIDDEN_ORIGIN,
                        "Web pages of another site may not use this service. Serve the page from the host of this service, "
                                + "or let the operator add the site to parley.allowed-origins.");
    }

    /**
     * Returns whether a page of another site that is not allowed tries to change something. A browser sends a preflight before
     * most such requests, but not before a POST of a form or of text, and it sends the user's credentials with that POST.
     */
    boolean isForeignChange(HttpServerRequest request) {
        return CROSS_SITE.equalsIgnoreCase(request.getHeader("Sec-Fetch-Site")) && !SAFE.contains(request.method().name())
                && !isAllowed(request.getHeader("Origin"));
    }

    private static String host(HttpServerRequest request) {
        String host = request.getHeader("Host");
        // HTTP/2 has :authority instead of Host.
        return host != null ? host : request.authority() == null ? "" : request.authority().toString();
    }

    private static boolean isOwn(String origin, String own) {
        try {
            URI page = new URI(origin);
            String authority = page.getRawAuthority();
            if (page.getScheme() == null || authority == null) {
                return false;
            }
            String scheme = page.getScheme().toLowerCase(Locale.ROOT);
            return withoutDefaultPort(scheme, authority).equals(withoutDefaultPort(scheme, own));
        } catch (URISyntaxException _) {
            return false;
        }
    }

    /** Returns an authority in lower case and without the default port of its scheme. */
    static String withoutDefaultPort(String scheme, String authority) {
        String port = switch (scheme) {
            case "https" -> ":443";
            case "http" -> ":80";
            default -> "";
        };
        String lower = authority.toLowerCase(Locale.ROOT);
        return !port.isEmpty() && lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }
}

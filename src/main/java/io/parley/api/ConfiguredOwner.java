package io.parley.api;

import io.parley.conversation.FailureCode;
import io.parley.conversation.Owner;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The owner of a deployment without users of its own. With {@code parley.owner-header} that header names the owner: for a
 * trusted back end in front, which must not let clients set it. Without it there is one owner, {@code local}, and pages of
 * other sites may not act for it: a browser says where a page comes from.
 */
@DefaultBean
@Singleton
final class ConfiguredOwner implements OwnerResolver {
    private static final int LONGEST_NAME = 1_024;
    private final Optional<String> ownerHeader;
    private final OwnHosts ownHosts;

    /**
     * @param ownerHeader name of the header that names the owner; empty: there is only the owner {@code local}
     * @param allowedHosts names by which the service of that one owner may be called, see {@link OwnHosts}
     */
    ConfiguredOwner(@ConfigProperty(name = "parley.owner-header") Optional<String> ownerHeader,
            @ConfigProperty(name = "parley.allowed-hosts") Optional<List<String>> allowedHosts) {
        this.ownerHeader = ownerHeader;
        this.ownHosts = new OwnHosts(allowedHosts.orElse(List.of()));
    }

    @Override
    public Uni<Owner> resolve(HttpServerRequest request) {
        return Uni.createFrom().item(() -> ownerHeader.isPresent() ? named(request, ownerHeader.get()) : local(request));
    }

    private static Owner named(HttpServerRequest request, String header) {
        List<String> names = request.headers().getAll(header);
        if (names.size() != 1 || names.getFirst().isBlank() || names.getFirst().length() > LONGEST_NAME) {
            throw Refused.because(FailureCode.UNAUTHORIZED, "The header " + header + " must be sent once and name the owner.");
        }
        return new Owner(names.getFirst());
    }

    private Owner local(HttpServerRequest request) {
        String host = host(request);
        if (!ownHosts.areNamedBy(host, request.localAddress())) {
            throw Refused.because(FailureCode.FORBIDDEN_ORIGIN,
                    "The host name of this request is not allowed. The operator can add it to parley.allowed-hosts.");
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !isOwn(origin, host)) {
            throw Refused.because(FailureCode.FORBIDDEN_ORIGIN,
                    "Web pages of another site may not use this service. Serve the page from the host of this service.");
        }
        return Owner.LOCAL;
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

    private static String withoutDefaultPort(String scheme, String authority) {
        String port = switch (scheme) {
            case "https" -> ":443";
            case "http" -> ":80";
            default -> "";
        };
        String lower = authority.toLowerCase(Locale.ROOT);
        return !port.isEmpty() && lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }
}

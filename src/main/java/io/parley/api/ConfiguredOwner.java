package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Owner;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The owner of a deployment without users of its own. With {@code parley.owner-header} that header names the owner: for a
 * trusted back end in front, which must not let clients set it. Without it there is one owner, {@code local}, and pages of
 * other sites must not act for that owner.
 */
@DefaultBean
@Singleton
final class ConfiguredOwner implements OwnerResolver {
    private static final int LONGEST_NAME = 1_024;
    private final Optional<String> ownerHeader;
    private final PageOrigins origins;

    /** @param ownerHeader the name of the header that names the owner; if empty, {@code local} is the only owner */
    ConfiguredOwner(@ConfigProperty(name = "parley.owner-header") Optional<String> ownerHeader, PageOrigins origins) {
        this.ownerHeader = ownerHeader;
        this.origins = origins;
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
        Failure violation = origins.violation(request);
        if (violation != null) {
            throw violation;
        }
        return Owner.LOCAL;
    }
}

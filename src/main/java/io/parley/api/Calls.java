package io.parley.api;

import io.parley.conversation.Failure;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lets requests in. Nothing is answered about sessions but through here, as it takes an owner. */
@Singleton
final class Calls {
    private final OwnerResolver owners;

    Calls(OwnerResolver owners) {
        this.owners = owners;
    }

    /** Answers a request for its owner. */
    <T extends @Nullable Object> Uni<T> answer(HttpServerRequest request, Function<Call, Uni<T>> answer) {
        return owners.resolve(request).chain(owner -> {
            Failure meantForAnother = OwnerTag.exchange(request, owner);
            if (meantForAnother != null) {
                throw meantForAnother;
            }
            Failure unknown = QueryParameters.violation(request);
            if (unknown != null) {
                throw unknown;
            }
            return answer.apply(new Call(request, owner));
        });
    }

    /**
     * The version that a change may be made to, for a request with {@code If-Match}.
     *
     * @param tags null: there is no such header
     * @param current what is stored now; asked only where the header names several versions
     * @return null: any version
     */
    static Uni<@Nullable Long> expectedVersion(@Nullable EntityTags tags, Uni<Long> current) {
        if (tags == null || tags.any()) {
            return Uni.createFrom().nullItem();
        }
        return switch (tags.strong().size()) {
            case 0 -> Uni.createFrom().item(EntityTags.NO_VERSION);
            case 1 -> Uni.createFrom().item(tags.strong().iterator().next());
            default -> current.map(version -> tags.matchesStrongly(version) ? version : EntityTags.NO_VERSION);
        };
    }
}

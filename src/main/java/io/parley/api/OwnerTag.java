package io.parley.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Owner;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header that tells a client whose requests it sends: a page cannot see the owner that a back end in front names, and must
 * keep the things of two owners apart. An answer carries the tag of its owner. A request with a tag is served for this owner
 * only.
 *
 * <p>
 * The tag is a hash without a key. It does not show the name, but a person who holds a tag can confirm a guess of the name.
 */
final class OwnerTag {
    /** In an answer the tag of its owner; in a request the tag of the only owner for whom the client means it. */
    static final String HEADER = "X-Parley-Owner-Tag";
    /** Keeps the tag apart from all other hashes of the name. */
    private static final String PURPOSE = "parley owner tag\n";
    private static final int BYTES = 16;

    private OwnerTag() {
    }

    /**
     * Tells the client the tag of the owner, in the answer to come.
     *
     * @return why the request may not be served: the client means it for another owner; null if it may be served
     */
    static @Nullable Failure exchange(HttpServerRequest request, Owner owner) {
        String tag = of(owner);
        request.response().putHeader(HEADER, tag);
        List<String> meant = request.headers().getAll(HEADER);
        return meant.stream().allMatch(tag::equals) ? null
                : Refused.because(FailureCode.OWNER_CHANGED,
                        "Another owner sends this request than the header " + HEADER + " names. Nothing was done.");
    }

    /**
     * Returns 22 characters of {@code [A-Za-z0-9_-]} that tell two owners apart and do not show their names. They do not hide a
     * name that can be guessed: the same name always has the same tag.
     */
    static String of(Owner owner) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest((PURPOSE + owner.name()).getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

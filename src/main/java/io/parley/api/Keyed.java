package io.parley.api;

import io.parley.conversation.IdempotencyKey;
import org.jspecify.annotations.Nullable;

/** What a body says, with the idempotency key that it came under. */
record Keyed<T>(T value, @Nullable IdempotencyKey key) {

    /**
     * Binds a key to the request.
     *
     * @param path the path of the operation, see {@link Call#idempotency}
     * @throws io.parley.conversation.Failure.Invalid if the key is malformed
     */
    static <T> Keyed<T> of(Call call, String path, byte[] body, T value) {
        return new Keyed<>(value, call.idempotency(path, body));
    }
}

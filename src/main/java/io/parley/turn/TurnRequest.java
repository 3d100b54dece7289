package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.IfRunning;
import io.parley.conversation.MessageId;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Owner;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants of a turn. Null means: as the session says.
 *
 * @param content what is said, images inline or by URL; tool results make it a tool message; null: nothing new
 * @param regenerate answer the last input again; then there is no content
 * @param replaces the user message in whose place the content goes; then there is content
 */
public record TurnRequest(Owner owner, SessionId session, @Nullable List<Content> content, boolean regenerate,
        @Nullable MessageId replaces, @Nullable String model, @Nullable List<ContextSpec> context, Generation generation,
        @Nullable IfRunning ifRunning, @Nullable OnDisconnect onDisconnect, @Nullable OnCrash onCrash, RawJson metadata,
        @Nullable IdempotencyKey idempotency) {
    public TurnRequest {
        content = content == null ? null : List.copyOf(content);
        context = context == null ? null : List.copyOf(context);
    }

    /** The same without what is said, which need not be kept once it is stored. */
    TurnRequest withoutContent() {
        return new TurnRequest(owner, session, null, regenerate, replaces, model, context, generation, ifRunning, onDisconnect,
                onCrash, metadata, idempotency);
    }
}

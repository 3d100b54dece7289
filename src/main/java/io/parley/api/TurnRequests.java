package io.parley.api;

import io.parley.api.json.TurnReader.TurnBody;
import io.parley.conversation.Content;
import io.parley.conversation.SessionId;
import io.parley.turn.TurnRequest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes of what a body says the request for a turn. */
@Singleton
final class TurnRequests {
    private final StoredImages images;

    TurnRequests(StoredImages images) {
        this.images = images;
    }

    /**
     * The request, with the bytes of images that the body names by their hash.
     *
     * @param held what the request has in memory
     */
    Uni<TurnRequest> of(Call call, SessionId session, Keyed<TurnBody> asked, Bodies.Held held) {
        List<Content> content = asked.value().content();
        if (content == null) {
            return Uni.createFrom().item(said(call, session, asked, null));
        }
        return images.resolve(call.owner(), session, content, held).map(resolved -> said(call, session, asked, resolved));
    }

    private static TurnRequest said(Call call, SessionId session, Keyed<TurnBody> asked, @Nullable List<Content> content) {
        TurnBody body = asked.value();
        return new TurnRequest(call.owner(), session, content, body.regenerate(), body.replaces(), body.model(),
                body.context(), body.generation(), body.ifRunning(), body.onDisconnect(), body.onCrash(), body.metadata(),
                asked.key());
    }
}

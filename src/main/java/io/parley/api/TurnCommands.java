package io.parley.api;

import io.parley.api.json.TurnReader;
import io.parley.conversation.Content;
import io.parley.conversation.SessionId;
import io.parley.conversation.port.Caller;
import io.parley.turn.TurnCommand;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;

/** Makes the command for a turn from a request of the native API. */
@Singleton
final class TurnCommands {
    private final TurnReader reader;
    private final StoredImages images;

    TurnCommands(TurnReader reader, StoredImages images) {
        this.reader = reader;
        this.images = images;
    }

    /**
     * Reads the body of a request.
     *
     * @param path the path of the operation, see {@link Call#idempotency}
     * @throws io.parley.conversation.Failure.Invalid with every broken rule
     */
    TurnCommand read(Call call, SessionId session, String path, byte[] body) {
        return reader.read(new Caller(call.owner()), session, body).under(call.idempotency(path, body));
    }

    /**
     * Returns the command with the bytes of images that the body names by their hash.
     *
     * @param held the memory that the request has taken
     */
    Uni<TurnCommand> withImages(TurnCommand command, Bodies.Held held) {
        List<Content> said = command.said();
        return said == null ? Uni.createFrom().item(command)
                : images.resolve(command.owner(), command.session(), said, held).map(command::saying);
    }
}

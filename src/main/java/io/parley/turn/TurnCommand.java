package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Owner;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import io.parley.conversation.port.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request for a turn. It is the only carrier from the edge to the opening.
 *
 * @param said the content of the new message, with images inline or by URL, or null. Tool results make it a tool message.
 * @param metadata the client's own, stored with the turn
 * @param idempotency null if a repetition of the request opens another turn
 */
public record TurnCommand(Caller caller, Target target, @Nullable List<Content> said, TurnOptions options, Reaction reaction,
        RawJson metadata, @Nullable IdempotencyKey idempotency) {

    /**
     * Checks that target and content belong together.
     *
     * @throws IllegalArgumentException if something is said for the last input, if nothing is said in the place of a message,
     *         if
     *         the content is empty, or if tool results stand beside other content or in the place of a message. An edge refuses
     *         such a request with the names of its own fields.
     */
    public TurnCommand {
        long results = said == null ? 0 : said.stream().filter(Content.ToolResult.class::isInstance).count();
        boolean fits = switch (target) {
            case Target.Existing _ -> said == null || results == 0 || results == said.size();
            case Target.LastInput _ -> said == null;
            case Target.Within _ -> said != null && results == 0;
        };
        if (!fits || said != null && said.isEmpty()) {
            throw new IllegalArgumentException("target and content do not belong together");
        }
        said = said == null ? null : List.copyOf(said);
    }

    /** Makes the command that says nothing and sets nothing. */
    public static TurnCommand plain(Caller caller, Target target) {
        return new TurnCommand(caller, target, null, TurnOptions.NONE, Reaction.OF_SESSION, RawJson.EMPTY_OBJECT, null);
    }

    /** Returns the owner of the session. */
    public Owner owner() {
        return caller.owner();
    }

    /** Returns the session of the turn. */
    public SessionId session() {
        return target.session();
    }

    /** Returns the same command under an idempotency key. */
    public TurnCommand under(@Nullable IdempotencyKey key) {
        return new TurnCommand(caller, target, said, options, reaction, metadata, key);
    }

    /** Returns the same command with other content in the place of its own. */
    public TurnCommand saying(List<Content> content) {
        return new TurnCommand(caller, target, content, options, reaction, metadata, idempotency);
    }
}

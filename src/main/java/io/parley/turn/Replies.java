package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.Turn;
import io.parley.session.ReadRoom;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Reads the stored replies of turns. */
public final class Replies {
    private Replies() {
    }

    /** The reply's blocks; empty if none was stored, or if it has been deleted since. */
    public static Uni<List<Content>> stored(TurnStore store, Turn turn, ReadRoom room) {
        if (!turn.replyStored()) {
            return Uni.createFrom().item(List.of());
        }
        return store.message(turn.session(), turn.reply(), room)
                .map(reply -> reply.map(Message::content).orElse(List.of()));
    }

    /** What of it is text. */
    public static String text(List<Content> reply) {
        StringBuilder text = new StringBuilder();
        for (Content block : reply) {
            if (block instanceof Content.Text said) {
                text.append(said.text());
            } else if (block instanceof Content.Refusal said) {
                text.append(said.text());
            }
        }
        return text.toString();
    }
}

package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Turn;
import io.parley.stream.EventLogStore;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the reply of a dead turn together from its stored log. Bounded by the longest reply that a turn may have. */
public final class StoredReply {
    private final EventLogStore logs;
    private final Turn turn;
    private ReplyDraft draft = new ReplyDraft();
    private @Nullable String model;
    private long lastId;

    /** Makes a reply that is still to be read. */
    public StoredReply(EventLogStore logs, Turn turn) {
        this.logs = logs;
        this.turn = turn;
    }

    /** Reads the whole log. */
    public Uni<Void> read() {
        return logs.read(turn.session(), turn.id(), lastId).chain(page -> {
            page.events().forEach(this::add);
            lastId = Math.max(lastId, page.events().isEmpty() ? page.lastId() : page.events().getLast().id());
            return page.more() && !page.events().isEmpty() ? read() : Uni.createFrom().voidItem();
        });
    }

    private void add(NumberedEvent numbered) {
        switch (numbered.event()) {
            case TurnEvent.Delta(String text) -> say(new ReplyEvent.Text(text));
            case TurnEvent.Block(Content content) -> say(new ReplyEvent.Block(content));
            case TurnEvent.Reset(String text) -> {
                draft = new ReplyDraft();
                if (!text.isEmpty()) {
                    say(new ReplyEvent.Text(text));
                }
            }
            case TurnEvent.ContextChosen chosen -> model = chosen.model();
            case TurnEvent.Opened _,TurnEvent.Thinking _,TurnEvent.Done _,TurnEvent.Failed _ -> {
            }
        }
    }

    private void say(ReplyEvent event) {
        TurnEvent told = draft.add(event);
        assert told != null : "text and tool calls are always told";
    }

    /** The blocks so far; empty if nothing was said that a person or a tool could use. */
    public List<Content> content() {
        return draft.content();
    }

    /** The text so far. */
    public String text() {
        return Replies.text(draft.content());
    }

    /** The name of the model that was asked last, if that is known. */
    public @Nullable String model() {
        return model == null ? turn.model() : model;
    }

    /** The highest id that the log holds; 0 if it is empty. */
    public long lastId() {
        return lastId;
    }
}

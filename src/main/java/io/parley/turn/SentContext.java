package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.conversation.ContextReport;
import io.parley.conversation.MessageId;
import io.parley.stream.TurnEvent;
import java.util.List;

/**
 * The context that is sent to a model for a turn.
 *
 * @param unseen messages whose pictures are not sent, because the provider has refused the request with pictures
 */
record SentContext(ChosenContext chosen, List<MessageId> unseen) {
    SentContext { unseen = List.copyOf(unseen); }

    /** Returns the event for the listeners. */
    TurnEvent.ContextChosen event() {
        return new TurnEvent.ContextChosen(chosen.policy(), chosen.messages().size(), chosen.sentTokens(),
                chosen.omittedMessages(), chosen.omittedTokens(), chosen.scale().model().name(), unseen);
    }

    /** Returns the report that is stored with the turn. */
    ContextReport report() {
        return new ContextReport(chosen.policy(), chosen.messages().size(), chosen.sentTokens(), chosen.omittedMessages(),
                chosen.omittedTokens(), chosen.wholeTokens(), chosen.forecast().cachedTokens(), chosen.forecast().cold(),
                chosen.forecast().difference(), chosen.forecast().cut(), unseen);
    }
}

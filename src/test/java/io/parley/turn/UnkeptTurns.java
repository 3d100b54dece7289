package io.parley.turn;

import io.parley.context.StoredContext;
import io.parley.conversation.Generation;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.IfRunning;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.testing.Histories;
import io.parley.testing.ScriptedPort;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A store whose turns open and end at once, each as the first turn of its session; it keeps no turn. */
public final class UnkeptTurns {
    private static final int INPUT_TOKENS = 20;
    private final SessionSettings settings;

    private UnkeptTurns(String model) {
        settings = new SessionSettings("", model, List.of(), null, List.of(), List.of(), Generation.UNDECIDED,
                IfRunning.REJECT, OnDisconnect.CONTINUE, OnCrash.INTERRUPT, null, RawJson.EMPTY_OBJECT);
    }

    /** Makes a store whose sessions name this model. */
    public static TurnStore of(String model) {
        UnkeptTurns turns = new UnkeptTurns(model);
        return ScriptedPort.of(TurnStore.class, Map.of(
                "open", asked -> Uni.createFrom().item(turns.opened((OpenTurn) asked[0])),
                "commit", asked -> Uni.createFrom().item(new Committed.Stored(((CommitTurn) asked[0]).turn()))));
    }

    private Opening opened(OpenTurn open) {
        Instant now = Instant.now();
        Turn turn = new Turn(open.turn(), open.session(), TurnState.RUNNING, 1, new MessageId(1), new MessageId(2), false, null,
                null, null, null, null, OnDisconnect.CONTINUE, OnCrash.INTERRUPT, open.command().metadata(), now, now, null);
        Session session = new Session(open.session(), open.owner(), settings, 1, now, now, open.turn(),
                new HistoryTotals(1, INPUT_TOKENS));
        Message said = new Message.User(Histories.meta(1, INPUT_TOKENS), open.message().content());
        return new Opening.Opened(turn, session, List.of(said), ReadPlan.EVERYTHING, true, StoredContext.NONE);
    }
}

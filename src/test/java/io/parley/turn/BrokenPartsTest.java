package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.context.Contexts;
import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Generation;
import io.parley.conversation.Owner;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.SessionId;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.provider.ModelCalls;
import io.parley.provider.ModelCatalogue;
import io.parley.session.Sessions;
import io.parley.stream.Cursor;
import io.parley.stream.Listening;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.stream.TurnStreams;
import io.parley.testing.Talk;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever breaks inside, a turn ends, says so, and is not kept. */
@QuarkusTest
@TestProfile(TurnApi.Quick.class)
class BrokenPartsTest extends TurnApi {
    @Inject
    TurnWork work;
    @Inject
    TurnOpener opener;
    @Inject
    TurnStreams streams;
    @Inject
    RunningTurns running;
    @Inject
    Sessions sessions;
    @Inject
    TurnSettler settler;
    @Inject
    ModelCatalogue catalogue;
    @Inject
    Contexts contexts;

    private TurnEvent.Failed endOf(TurnRules rules, ModelCalls calls) {
        TurnWork broken = new TurnWork(work.store, work.committer, rules, work.contexts, calls, work.config, work.vertx,
                work.clock);
        TurnService service = new TurnService(opener, broken, work.store, streams, running, sessions, settler);
        Turn turn = Talk.await(service.start(new TurnRequest(Owner.LOCAL, new SessionId(session),
                List.of(new Content.Text("one")), false, null, null, null, Generation.UNDECIDED, null, null, null,
                RawJson.EMPTY_OBJECT, null))).turn();
        Cursor cursor = ((Listening.From) Talk.await(service.listen(Owner.LOCAL, turn.session(), turn.id(), 0))).cursor();
        List<NumberedEvent> events = new ArrayList<>();
        while (events.isEmpty() || !events.getLast().event().isTerminal()) {
            events.addAll(Talk.await(cursor.next()));
        }
        cursor.close();
        await().until(() -> running.find(turn.id()).isEmpty() && streams.running(turn.id()).isEmpty());
        TurnEvent.Failed end = (TurnEvent.Failed) events.getLast().event();
        assertThat(end.problem().code()).isEqualTo(FailureCode.INTERNAL_ERROR);
        assertThat(end.problem().detail()).doesNotContain("broken inside");
        return end;
    }

    @Test
    void a_call_that_cannot_even_begin_ends_the_turn() {
        assertThat(endOf(work.rules, _ -> {
            throw new IllegalStateException("broken inside");
        }).saved()).isTrue();
        assertThat(history()).containsExactly("user: one");
    }

    @Test
    void a_call_that_breaks_in_the_middle_ends_the_turn_and_what_it_brought_is_kept() {
        assertThat(endOf(work.rules, _ -> Multi.createBy().concatenating().streams(
                Multi.createFrom().item(new ReplyEvent.Text("Half")),
                Multi.createFrom().failure(new IllegalStateException("broken inside")))).saved()).isTrue();
        assertThat(history()).containsExactly("user: one", "assistant: Half");
    }

    @Test
    void a_reply_that_cannot_be_prepared_for_storing_ends_the_turn_unsaved() {
        TurnRules uncountable = new TurnRules(catalogue, contexts) {
            @Override
            public Uni<TokenCount> count(String model, List<Content> content) {
                throw new IllegalStateException("broken inside");
            }
        };
        assertThat(endOf(uncountable, work.calls).saved()).isFalse();
    }
}

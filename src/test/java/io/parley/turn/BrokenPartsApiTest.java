package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.context.Contexts;
import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Owner;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.SessionId;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.provider.ModelCalls;
import io.parley.provider.ModelCatalogue;
import io.parley.session.Sessions;
import io.parley.stream.Listener;
import io.parley.stream.Listening;
import io.parley.stream.Notices;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.stream.TurnStreams;
import io.parley.testing.Commands;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.parley.testing.Talk;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever breaks inside, a turn ends, says so, and is not kept. */
@QuarkusTest
@TestProfile(Quick.class)
class BrokenPartsApiTest extends TurnApi {
    private static final Duration SHORT = Duration.ofMillis(1_500);
    private static final Duration LONG = Duration.ofMinutes(5);
    private final Gate listening = new Gate();
    @Inject
    TurnWork work;
    @Inject
    TurnOpener opener;
    @Inject
    TurnStreams streams;
    @Inject
    RunningMarks marks;
    @Inject
    Notices notices;
    @Inject
    Sessions sessions;
    @Inject
    DeadTurns dead;
    @Inject
    Elsewhere elsewhere;
    @Inject
    ModelCatalogue catalogue;
    @Inject
    Contexts contexts;

    private TurnEvent.Failed endOf(TurnRules rules, ModelCalls calls) {
        TurnEvent.Failed end = (TurnEvent.Failed) endOf(
                new TurnWork(work.store, rules, work.contexts, work.afterwards, calls,
                        work.images, work.config, work.vertx, work.clock),
                true);
        assertThat(end.problem().code()).isEqualTo(FailureCode.INTERNAL_ERROR);
        assertThat(end.problem().detail()).doesNotContain("broken inside");
        return end;
    }

    private TurnEvent endOf(TurnWork broken, boolean listens) {
        RunningTurns running = new RunningTurns(streams, marks, broken, new Drain(), notices);
        TurnService service = new TurnService(opener, broken.rules, work.store, streams, running, sessions, dead,
                elsewhere, new Drain());
        Turn turn = Talk.await(service.start(Commands.saying(Owner.LOCAL, new SessionId(session), "one"), () -> {
        })).turn();
        if (!listens) {
            running.find(turn.id()).orElseThrow().unattended();
            await().until(() -> running.find(turn.id()).isEmpty());
        }
        Listener<NumberedEvent> cursor = Listener.at(work.vertx,
                ((Listening.From) Talk.await(service.listen(Owner.LOCAL, turn.session(), turn.id(), 0))).cursor());
        listening.open();
        List<NumberedEvent> events = new ArrayList<>();
        while (events.isEmpty() || !events.getLast().event().isTerminal()) {
            events.addAll(Talk.await(cursor.next()));
        }
        cursor.close();
        await().until(() -> running.find(turn.id()).isEmpty() && streams.running(turn.id()).isEmpty());
        return events.getLast().event();
    }

    private TurnWork limited(Duration maxDuration, Duration continueLimit) {
        return new TurnWork(work.store, work.rules, work.contexts, work.afterwards, work.calls,
                work.images, new Limits(maxDuration, continueLimit, LONG, LONG, LONG, LONG, LONG, 1, Optional.empty()),
                work.vertx, work.clock);
    }

    private record Limits(Duration maxDuration, Duration continueLimit, Duration disconnectGrace, Duration commitPatience,
            Duration takeOver, Duration waitLimit, Duration sweep, int maxRunning,
            Optional<MemorySize> images) implements TurnConfig {}

    @Test
    void a_turn_that_takes_too_long_is_ended_and_what_it_said_is_kept() {
        provider.then(FakeReply.stream().text("Half").hang());
        TurnEvent.Failed end = (TurnEvent.Failed) endOf(limited(SHORT, LONG), true);
        assertThat(end.problem().code()).isEqualTo(FailureCode.TURN_TIMEOUT);
        provider.awaitAborted(1);
        assertThat(history()).containsExactly("user: one", "assistant: Half");
    }

    @Test
    void a_turn_to_which_nobody_listens_goes_on_only_so_long() {
        provider.then(FakeReply.stream().text("Half").hang());
        TurnEvent end = endOf(limited(LONG, SHORT), false);
        assertThat(end).isInstanceOfSatisfying(TurnEvent.Done.class,
                done -> assertThat(done.state()).isEqualTo(TurnState.CANCELLED));
        provider.awaitAborted(1);
    }

    @Test
    void a_call_that_cannot_even_begin_ends_the_turn() {
        assertThat(endOf(work.rules, (_, _) -> {
            throw new IllegalStateException("broken inside");
        }).saved()).isTrue();
        assertThat(history()).containsExactly("user: one");
    }

    @Test
    void a_call_that_breaks_in_the_middle_ends_the_turn_and_what_it_brought_is_kept() {
        assertThat(endOf(work.rules, (_, listener) -> {
            listener.onEvent(new ReplyEvent.Text("Half"));
            listener.onFailure(new IllegalStateException("broken inside"));
            return () -> {
            };
        }).saved()).isTrue();
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
        // The end is not stored, so only a client that listens at that time gets it.
        provider.then(FakeReply.stream().text("Hello").waitFor(listening).finish());
        assertThat(endOf(uncountable, work.calls).saved()).isFalse();
    }
}

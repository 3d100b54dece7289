package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ReplyEvent;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/** All happenings in all orders: a turn ends once, and all its listeners hear of the same end. */
class TurnRunPropertyTest {
    private static final LoneTurn TURN = new LoneTurn();

    /** Anything that may happen to a turn. */
    enum Happening {
        TEXT,
        REASONING,
        WHOLE_REPLY,
        BROKEN_REPLY,
        FAILURE_THAT_MAY_PASS,
        CONTEXT_TOO_LONG,
        FAULT,
        CANCEL,
        TAKEN_OVER,
        ERASED,
        SHUTDOWN,
        ALONE,
        PAUSE
    }

    @AfterContainer
    static void close() {
        TURN.close();
    }

    @Property(tries = 300)
    void a_turn_ends_once_and_stores_what_it_told(@ForAll @Size(max = 1) List<Happening> beforeItsFirstStep,
            @ForAll @Size(min = 1, max = 10) List<Happening> happenings) {
        TURN.make();
        List<LoneTurn.Call> calls = new ArrayList<>();
        beforeItsFirstStep.forEach(happening -> happen(happening, calls));
        TURN.run().run();
        for (Happening happening : happenings) {
            happen(happening, calls);
        }
        TURN.run().cancel();
        boolean committed = TURN.end().isPresent();
        calls.addAll(TURN.waiting());

        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> TURN.running().isEmpty());
        assertThat(TURN.commits()).hasSize(committed ? 1 : 0);
        assertThat(calls).as("calls that go on").allMatch(LoneTurn.Call::isOver);
        assertThat(calls.stream().filter(LoneTurn.Call::hasSpoken).count()).as("calls that were heard").isLessThanOrEqualTo(1);
        if (committed) {
            checkEvents(TURN.commits().getFirst());
        }
    }

    private static void checkEvents(CommitTurn commit) {
        List<NumberedEvent> events = new ArrayList<>(TURN.logs().stored());
        events.addAll(commit.events());
        assertThat(events).extracting(NumberedEvent::id)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, events.size()).mapToObj(Long::valueOf).toList());
        assertThat(events.stream().filter(event -> event.event().isTerminal())).containsExactly(events.getLast());
        StringBuilder told = new StringBuilder();
        for (NumberedEvent event : events) {
            if (event.event() instanceof TurnEvent.Delta(String text)) {
                told.append(text);
            }
        }
        assertThat(Replies.text(commit.reply())).isEqualTo(told.toString());
    }

    private static void happen(Happening happening, List<LoneTurn.Call> calls) {
        switch (happening) {
            case CANCEL -> TURN.run().cancel();
            case TAKEN_OVER -> TURN.run().lost();
            case ERASED -> TURN.run().erased();
            case SHUTDOWN -> TURN.run().interrupt();
            case ALONE -> TURN.run().lastListenerLeft();
            case PAUSE -> TURN.awaitLoop();
            default -> {
                calls.addAll(TURN.waiting());
                if (!calls.isEmpty()) {
                    answer(happening, calls.getLast());
                }
            }
        }
    }

    private static void answer(Happening happening, LoneTurn.Call call) {
        switch (happening) {
            case TEXT -> call.say("word ");
            case REASONING -> call.bring(new ReplyEvent.Thinking("hm"));
            case WHOLE_REPLY -> call.finish();
            case BROKEN_REPLY -> call.complete();
            case FAILURE_THAT_MAY_PASS -> call.fail(failure(FailureCode.PROVIDER_OVERLOADED));
            case CONTEXT_TOO_LONG -> call.fail(failure(FailureCode.CONTEXT_TOO_LONG));
            case FAULT -> call.fail(new IllegalStateException("broken inside"));
            default -> throw new IllegalArgumentException(happening.name());
        }
    }

    private static Failure failure(FailureCode code) {
        return new Failure.Provider(code, "It failed.", code == FailureCode.PROVIDER_OVERLOADED, null, null);
    }
}

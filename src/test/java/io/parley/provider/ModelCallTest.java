package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Usage;
import io.parley.testing.Configs;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** A call that is alone with its listener: the test says which events each attempt brings, and when time passes. */
class ModelCallTest {
    private static final ReplyEvent TEXT = new ReplyEvent.Text("Hi");
    private static final ReplyEvent FINISHED = new ReplyEvent.Finished(FinishReason.STOP, "stop", null, null);
    private static final Failure LATER = ErrorClass.OVERLOADED.failure();
    private static final Failure NEVER = ErrorClass.NOT_THE_API.failure();

    /** Anything that may happen to a call, in any order. */
    enum Happening {
        USAGE,
        TEXT,
        FINISHED,
        COMPLETION,
        FAILURE_THAT_MAY_PASS,
        FAILURE_THAT_STAYS,
        CANCEL,
        PAUSE_OVER,
        DEADLINE,
        LISTENER_BREAKS
    }

    @Property(tries = 5_000)
    void whatever_happens_slot_and_verdict_are_given_back_once_and_one_end_is_heard(
            @ForAll @Size(max = 12) List<Happening> happenings, @ForAll boolean trial) {
        Scene scene = new Scene(3);
        if (trial) {
            scene.breaker.transitionToOpenState();
            scene.breaker.transitionToHalfOpenState();
        }
        scene.start();
        happenings.forEach(scene::happen);
        boolean running = scene.attempt != null && !scene.attempt.ended;
        assertThat(scene.slots.taken()).isEqualTo(running ? 1 : 0);
        assertThat(scene.isOver() && running).as("an attempt that runs after the end").isFalse();
        scene.call.cancel();
        assertThat(scene.slots.taken()).isZero();
        assertThat(scene.loop.waiting()).as("timers that still run").isEmpty();
        assertThat(scene.heard.afterEnd()).isEmpty();
        assertThat(scene.heardAfterCancel).isZero();
        assertThat(scene.attempts.stream().filter(attempt -> attempt.broughtContent).count()).isLessThanOrEqualTo(1);
        assertThat(scene.hasPermission()).as("the trial is over, or left to the next call").isTrue();
    }

    @Example
    void nothing_of_the_request_is_kept_once_the_model_answers() {
        Scene scene = new Scene(3);
        scene.start();
        assertThat(scene.call).hasFieldOrPropertyWithValue("attempts", scene.opener);
        scene.happen(Happening.USAGE);
        assertThat(scene.call).hasFieldOrPropertyWithValue("attempts", scene.opener);
        scene.happen(Happening.TEXT);
        assertThat(scene.call).hasFieldOrPropertyWithValue("attempts", null);
    }

    @Example
    void a_listener_that_breaks_ends_the_call_and_hears_why() {
        Scene scene = new Scene(3);
        scene.start();
        scene.happen(Happening.LISTENER_BREAKS);
        scene.happen(Happening.TEXT);
        assertThat(scene.heard.failure()).isInstanceOf(IllegalStateException.class).hasMessage("a broken listener");
        assertThat(scene.attempt.cancelled).isTrue();
        assertThat(scene.attempts).hasSize(1);
    }

    @Example
    void a_listener_that_leaves_while_it_listens_hears_nothing_more() {
        Scene scene = new Scene(3);
        scene.start();
        scene.leavesAtNext = true;
        scene.happen(Happening.TEXT);
        scene.happen(Happening.TEXT);
        scene.happen(Happening.COMPLETION);
        assertThat(scene.heard.events()).hasSize(1);
        assertThat(scene.heard.hasEnded()).isFalse();
        assertThat(scene.attempt.cancelled).isTrue();
    }

    @Example
    void an_attempt_that_cannot_begin_ends_the_call() {
        Scene scene = new Scene(3);
        scene.opener.broken = true;
        scene.start();
        assertThat(scene.heard.failure()).hasMessage("cannot begin");
        assertThat(scene.slots.taken()).isZero();
    }

    @Example
    void a_call_without_a_slot_is_refused_and_the_breaker_hears_nothing_of_it() {
        Scene first = new Scene(1);
        first.start();
        Scene second = new Scene(first);
        second.start();
        assertThat(second.heard.failure()).isInstanceOfSatisfying(Failure.Unavailable.class,
                full -> assertThat(full.code()).isEqualTo(FailureCode.PROVIDER_UNAVAILABLE));
        assertThat(second.attempts).isEmpty();
        first.happen(Happening.CANCEL);
        assertThat(first.slots.taken()).isZero();
    }

    @Example
    void a_pause_holds_no_slot() {
        Scene scene = new Scene(1);
        scene.start();
        scene.happen(Happening.FAILURE_THAT_MAY_PASS);
        assertThat(scene.slots.taken()).isZero();
        scene.happen(Happening.PAUSE_OVER);
        assertThat(scene.slots.taken()).isEqualTo(1);
        assertThat(scene.attempts).hasSize(2);
    }

    @Example
    void usage_is_added_over_the_attempts_that_failed() {
        Scene scene = new Scene(3);
        scene.start();
        scene.happen(Happening.USAGE);
        scene.happen(Happening.USAGE);
        scene.happen(Happening.FAILURE_THAT_MAY_PASS);
        scene.happen(Happening.PAUSE_OVER);
        scene.happen(Happening.USAGE);
        assertThat(scene.heard.events()).containsExactly(used(1), used(1), used(2));
        scene.attempt.listener.onEvent(new ReplyEvent.Finished(FinishReason.STOP, "stop", Scene.USED, "r"));
        assertThat(scene.heard.events().getLast())
                .isEqualTo(new ReplyEvent.Finished(FinishReason.STOP, "stop", Scene.USED.plus(Scene.USED), "r"));
    }

    private static ReplyEvent used(int times) {
        Usage sum = Usage.NONE;
        for (int i = 0; i < times; i++) {
            sum = sum.plus(Scene.USED);
        }
        return new ReplyEvent.Used(sum);
    }

    @Example
    void reasoning_and_opaque_blocks_belong_to_the_configured_provider() {
        Scene scene = new Scene(3);
        scene.start();
        scene.attempt.listener.onEvent(new ReplyEvent.Block(new Content.Thinking("openai", "hm", null)));
        scene.attempt.listener.onEvent(new ReplyEvent.Block(new Content.Opaque("openai", RawJson.EMPTY_OBJECT)));
        assertThat(scene.heard.events()).containsExactly(new ReplyEvent.Block(new Content.Thinking("fake", "hm", null)),
                new ReplyEvent.Block(new Content.Opaque("fake", RawJson.EMPTY_OBJECT)));
    }

    /** A call with all that is around it. */
    private static final class Scene {
        private static final Usage USED = new Usage(10, 0, 0, 1, 0, false);
        final ManualLoop loop = new ManualLoop();
        final ReplyRecorder heard = new ReplyRecorder();
        final List<FakeAttempt> attempts = new ArrayList<>();
        final CallSlots slots;
        final CircuitBreaker breaker = CircuitBreaker.of("fake/model",
                CircuitBreakerConfig.custom().permittedNumberOfCallsInHalfOpenState(1).build());
        final ModelCall call;
        final Opener opener = new Opener();
        FakeAttempt attempt;
        boolean leavesAtNext;
        boolean breaksAtNext;
        boolean cancelled;
        int heardAfterCancel;

        Scene(int slots) {
            this(new CallSlots("fake", slots));
        }

        Scene(Scene other) {
            this(other.slots);
        }

        private Scene(CallSlots slots) {
            UpstreamConfig config = Configs.of(UpstreamConfig.class, Map.of());
            this.slots = slots;
            ModelBreaker guard = new ModelBreaker("fake/model", breaker, ProviderParts.CLOCK, Duration.ofSeconds(15));
            this.call = new ModelCall(loop, new RetryPolicy(config, _ -> 1), () -> Admission.of(slots, guard), Calls.MODEL,
                    new Listener());
        }

        void start() {
            call.start(opener);
        }

        boolean isOver() {
            return cancelled || heard.hasEnded();
        }

        /** Returns whether a call could be let through, or the trial has had its outcome. */
        boolean hasPermission() {
            return breaker.getState() != CircuitBreaker.State.HALF_OPEN || breaker.tryAcquirePermission();
        }

        void happen(Happening happening) {
            switch (happening) {
                case USAGE -> bring(new ReplyEvent.Used(USED));
                case TEXT -> bring(TEXT);
                case FINISHED -> bring(FINISHED);
                case LISTENER_BREAKS -> {
                    breaksAtNext = true;
                    bring(TEXT);
                    breaksAtNext = false;
                }
                case COMPLETION -> end(() -> attempt.listener.onCompletion());
                case FAILURE_THAT_MAY_PASS -> end(() -> attempt.listener.onFailure(LATER));
                case FAILURE_THAT_STAYS -> end(() -> attempt.listener.onFailure(NEVER));
                case CANCEL -> {
                    cancelled = true;
                    call.cancel();
                }
                case PAUSE_OVER -> loop.pass(Duration.ofSeconds(1));
                case DEADLINE -> loop.pass(Duration.ofHours(1));
            }
        }

        /** An attempt that was cancelled may still bring an event that came before. */
        private void bring(ReplyEvent event) {
            if (attempt != null && (!attempt.ended || attempt.cancelled)) {
                attempt.broughtContent |= event == TEXT && !attempt.ended;
                attempt.listener.onEvent(event);
            }
        }

        private void end(Runnable end) {
            if (attempt != null && (!attempt.ended || attempt.cancelled)) {
                attempt.ended = true;
                end.run();
            }
        }

        /** Begins attempts. */
        private final class Opener implements Function<ReplyListener, Cancellable> {
            boolean broken;

            @Override
            public Cancellable apply(ReplyListener listener) {
                if (broken) {
                    throw new IllegalStateException("cannot begin");
                }
                attempt = new FakeAttempt(listener);
                attempts.add(attempt);
                return attempt;
            }
        }

        private final class Listener implements ReplyListener {

            @Override
            public void onEvent(ReplyEvent event) {
                heardAfterCancel += cancelled ? 1 : 0;
                heard.onEvent(event);
                if (leavesAtNext) {
                    call.cancel();
                }
                if (breaksAtNext) {
                    throw new IllegalStateException("a broken listener");
                }
            }

            @Override
            public void onCompletion() {
                heardAfterCancel += cancelled ? 1 : 0;
                heard.onCompletion();
            }

            @Override
            public void onFailure(Throwable failure) {
                heardAfterCancel += cancelled ? 1 : 0;
                heard.onFailure(failure);
            }
        }
    }

    private static final class FakeAttempt implements Cancellable {
        final ReplyListener listener;
        boolean ended;
        boolean cancelled;
        boolean broughtContent;

        FakeAttempt(ReplyListener listener) {
            this.listener = listener;
        }

        @Override
        public void cancel() {
            ended = true;
            cancelled = true;
        }
    }
}

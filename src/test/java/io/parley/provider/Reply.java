package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.conversation.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A reply that is over, with all that was said and how it ended. */
public record Reply(List<ReplyEvent> events, Optional<Throwable> problem) {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Begins the reply, waits for its end, and holds the rules that every reply keeps. */
    @CanIgnoreReturnValue
    public static Reply of(ReplySource source) {
        return of(source.record());
    }

    @CanIgnoreReturnValue
    public static Reply of(ReplyRecorder recorder) {
        Awaitility.await().pollInterval(Duration.ofMillis(1)).pollDelay(Duration.ZERO).atMost(PATIENCE)
                .until(recorder::hasEnded);
        assertThat(recorder.afterEnd()).isEmpty();
        Reply reply = new Reply(recorder.events(), Optional.ofNullable(recorder.failure()));
        assertThat(reply.ends()).hasSize(reply.problem.isEmpty() ? 1 : 0);
        if (reply.problem.isEmpty()) {
            assertThat(reply.events.getLast()).isInstanceOf(Finished.class);
        }
        return reply;
    }

    public String text() {
        return join(event -> event instanceof ReplyEvent.Text piece ? piece.text() : null);
    }

    public String refusal() {
        return join(event -> event instanceof ReplyEvent.Refusal piece ? piece.text() : null);
    }

    public String thinking() {
        return join(event -> event instanceof ReplyEvent.Thinking piece ? piece.text() : null);
    }

    public List<Content> blocks() {
        return of(ReplyEvent.Block.class).map(ReplyEvent.Block::content).toList();
    }

    public List<Content.ToolCall> toolCalls() {
        return blocks().stream().filter(Content.ToolCall.class::isInstance).map(Content.ToolCall.class::cast).toList();
    }

    public Usage used() {
        return of(ReplyEvent.Used.class).map(ReplyEvent.Used::usage).reduce((_, last) -> last).orElseThrow();
    }

    public Finished finished() {
        return ends().getFirst();
    }

    public Failure.Provider failure() {
        assertThat(problem).get().isInstanceOf(Failure.Provider.class);
        return (Failure.Provider) problem.orElseThrow();
    }

    private List<Finished> ends() {
        return of(Finished.class).toList();
    }

    private <T extends ReplyEvent> Stream<T> of(Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast);
    }

    private String join(Function<ReplyEvent, String> piece) {
        return events.stream().map(piece).filter(Objects::nonNull).collect(Collectors.joining());
    }
}

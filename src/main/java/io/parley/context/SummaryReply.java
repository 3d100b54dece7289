package io.parley.context;

import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Usage;
import io.parley.provider.ReplyListener;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads the reply to the request for a summary. Only a whole text is one; what the call has used counts in any case. */
final class SummaryReply {
    private static final Logger LOG = Logger.getLogger(SummaryReply.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int LONGEST = 64 * 1024;
    private static final int CHARACTERS_OF_A_TOKEN = 4;
    private final StringBuilder text = new StringBuilder();
    private @Nullable Usage usage;
    private boolean whole;
    private boolean counted;
    private boolean charged;

    /**
     * Reads the reply to a call until its end, however it ends. Never fails.
     *
     * @param call begins the call, and returns the handle that ends it
     */
    Uni<SummaryReply> read(Function<ReplyListener, Cancellable> call) {
        return Uni.createFrom().<SummaryReply> emitter(end -> {
            Cancellable running = call.apply(new Listener(end));
            end.onTermination(running::cancel);
        })
                .ifNoItem().after(LIMIT).fail()
                .onFailure().invoke(this::failed)
                .onFailure().recoverWithNull()
                .replaceWith(this);
    }

    /** Adds the events of one reply, and tells of its end. */
    private final class Listener implements ReplyListener {
        private final UniEmitter<? super SummaryReply> end;

        Listener(UniEmitter<? super SummaryReply> end) {
            this.end = end;
        }

        @Override
        public void onEvent(ReplyEvent event) {
            add(event);
        }

        @Override
        public void onCompletion() {
            end.complete(SummaryReply.this);
        }

        @Override
        public void onFailure(Throwable failure) {
            end.fail(failure);
        }
    }

    private void failed(Throwable failure) {
        whole = false;
        LOG.warnf("A summary could not be written: %s", failure.getMessage());
    }

    private void add(ReplyEvent event) {
        charged |= !(event instanceof ReplyEvent.Used);
        switch (event) {
            case ReplyEvent.Text(String piece) -> {
                if (text.length() < LONGEST) {
                    text.append(piece);
                }
            }
            case ReplyEvent.Used(Usage used) -> usage = used;
            case ReplyEvent.Finished end -> {
                whole = end.reason() == FinishReason.STOP && text.length() < LONGEST;
                usage = end.usage() == null ? usage : end.usage();
                counted = end.usage() != null;
            }
            case ReplyEvent.Refusal _,ReplyEvent.Thinking _,ReplyEvent.Block _ -> {
            }
        }
    }

    /** Empty where it is not whole. */
    String text() {
        return whole ? text.toString().strip() : "";
    }

    /**
     * Returns the usage of the call. Parley's own counts replace the figures that the provider did not report.
     *
     * @param input tokens of the request
     * @param output tokens of the text
     */
    Usage usage(long input, long output) {
        if (!charged) {
            return usage == null ? Usage.NONE : usage;
        }
        Usage believed = Usage.believable(usage, input, output);
        return counted || believed.outputTokens() >= output ? believed : believed.atLeast(output);
    }

    /** Returns the approximate number of tokens of the text, whether the text is whole or not. */
    long said() {
        return Math.ceilDiv(text.length(), CHARACTERS_OF_A_TOKEN);
    }
}

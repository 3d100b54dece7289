package io.parley.context;

import io.parley.conversation.FinishReason;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Usage;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Reads the reply to the request for a summary. Only a whole text is one; what the call has used counts in any case. */
final class SummaryReply {
    private static final Logger LOG = Logger.getLogger(SummaryReply.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int LONGEST = 64 * 1024;
    private final StringBuilder text = new StringBuilder();
    private Usage usage = Usage.NONE;
    private boolean whole;

    /** The reply once it has ended, however. Never fails. */
    Uni<SummaryReply> read(Multi<ReplyEvent> events) {
        return events.invoke(this::add).onItem().ignoreAsUni()
                .ifNoItem().after(LIMIT).fail()
                .onFailure().invoke(this::failed)
                .onFailure().recoverWithNull()
                .replaceWith(this);
    }

    private void failed(Throwable failure) {
        whole = false;
        LOG.warnf("A summary could not be written: %s", failure.getMessage());
    }

    private void add(ReplyEvent event) {
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
            }
            case ReplyEvent.Refusal _,ReplyEvent.Thinking _,ReplyEvent.Block _ -> {
            }
        }
    }

    /** Empty where it is not whole. */
    String text() {
        return whole ? text.toString().strip() : "";
    }

    Usage usage() {
        return usage;
    }
}

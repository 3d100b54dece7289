package io.parley.context;

import io.parley.conversation.Message;
import io.parley.conversation.TokenCount;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.ArrayList;
import java.util.List;

/** Divides a history into exchanges and says how long each is. */
final class Exchanges {
    private Exchanges() {
    }

    /**
     * The exchanges of a history. What stands before its first user message is not one and is left out.
     *
     * @param encoding messages counted with another one are counted again, off the event loop
     */
    static Uni<List<Exchange>> of(List<Message> history, TokenCounter counter, String encoding) {
        boolean counted = history.stream().allMatch(message -> message.meta().tokens().encoding().equals(encoding));
        Uni<List<Exchange>> divided = Uni.createFrom().item(() -> divide(history, counter, encoding));
        return counted ? divided : divided.runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private static List<Exchange> divide(List<Message> history, TokenCounter counter, String encoding) {
        List<Exchange> exchanges = new ArrayList<>();
        List<Message> current = new ArrayList<>();
        for (Message message : history) {
            if (message instanceof Message.User) {
                close(exchanges, current, counter, encoding);
            }
            current.add(message);
        }
        close(exchanges, current, counter, encoding);
        return exchanges;
    }

    private static void close(List<Exchange> exchanges, List<Message> current, TokenCounter counter, String encoding) {
        if (!current.isEmpty() && current.getFirst() instanceof Message.User) {
            long tokens = current.stream().mapToLong(message -> tokens(message, counter, encoding)).sum();
            exchanges.add(new Exchange(current, new ContextPolicy.ExchangeSize(current.size(), tokens)));
        }
        current.clear();
    }

    private static long tokens(Message message, TokenCounter counter, String encoding) {
        TokenCount stored = message.meta().tokens();
        return stored.encoding().equals(encoding) ? stored.tokens()
                : counter.countNow(message.content(), encoding).tokens();
    }
}

package io.parley.context;

import io.parley.conversation.Message;
import io.parley.conversation.TokenCount;
import io.parley.provider.Model;
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
     * @param model where counts are exact for it, messages counted with another encoding are counted again, off the event
     *        loop; for an estimate any count will do
     */
    static Uni<List<Exchange>> of(List<Message> history, TokenCounter counter, Model model) {
        boolean counted = history.stream().allMatch(message -> serves(message.meta().tokens(), model));
        Uni<List<Exchange>> divided = Uni.createFrom().item(() -> divide(history, counter, model));
        return counted ? divided : divided.runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private static List<Exchange> divide(List<Message> history, TokenCounter counter, Model model) {
        List<Exchange> exchanges = new ArrayList<>();
        List<Message> current = new ArrayList<>();
        for (Message message : history) {
            if (message instanceof Message.User) {
                close(exchanges, current, counter, model);
            }
            current.add(message);
        }
        close(exchanges, current, counter, model);
        return exchanges;
    }

    private static void close(List<Exchange> exchanges, List<Message> current, TokenCounter counter, Model model) {
        if (!current.isEmpty() && current.getFirst() instanceof Message.User) {
            long tokens = current.stream().mapToLong(message -> tokens(message, counter, model)).sum();
            exchanges.add(new Exchange(current, new ContextPolicy.ExchangeSize(current.size(), tokens)));
        }
        current.clear();
    }

    private static long tokens(Message message, TokenCounter counter, Model model) {
        TokenCount stored = message.meta().tokens();
        return serves(stored, model) ? stored.tokens() : counter.countNow(message.content(), model.encoding()).tokens();
    }

    private static boolean serves(TokenCount stored, Model model) {
        return !model.counting().exact() || stored.encoding().equals(TokenCounter.known(model.encoding()));
    }
}

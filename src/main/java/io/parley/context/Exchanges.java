package io.parley.context;

import io.parley.conversation.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Divides a history into exchanges. */
final class Exchanges {
    private Exchanges() {
    }

    /**
     * Returns the exchanges of a history. In a whole history, the messages before the first user message are an exchange.
     * Otherwise they are the rest of an exchange whose beginning was not read, and are left out.
     */
    static List<Exchange> of(List<Message> history, ToLongFunction<Message> tokens, boolean whole) {
        List<Exchange> exchanges = new ArrayList<>();
        int first = firstUser(history);
        if (whole && first > 0 && first < history.size()) {
            List<Message> greeting = history.subList(0, first);
            exchanges.add(new Exchange(greeting, sum(greeting, tokens)));
        }
        exchanges.addAll(of(history.subList(first, history.size()), tokens));
        return exchanges;
    }

    private static int firstUser(List<Message> history) {
        int first = 0;
        while (first < history.size() && !(history.get(first) instanceof Message.User)) {
            first++;
        }
        return first;
    }

    /** Returns the exchanges of a history without the messages before its first user message. */
    static List<Exchange> of(List<Message> history, ToLongFunction<Message> tokens) {
        List<Exchange> exchanges = new ArrayList<>();
        List<Message> current = new ArrayList<>();
        for (Message message : history) {
            if (message instanceof Message.User) {
                close(exchanges, current, tokens);
            }
            current.add(message);
        }
        close(exchanges, current, tokens);
        return exchanges;
    }

    private static void close(List<Exchange> exchanges, List<Message> current, ToLongFunction<Message> tokens) {
        if (!current.isEmpty() && current.getFirst() instanceof Message.User) {
            exchanges.add(new Exchange(current, sum(current, tokens)));
        }
        current.clear();
    }

    /** Without a stream, as a long history has thousands of exchanges of two messages. */
    private static long sum(List<Message> messages, ToLongFunction<Message> tokens) {
        long sum = 0;
        for (Message message : messages) {
            sum += tokens.applyAsLong(message);
        }
        return sum;
    }

    /**
     * An exchange that is too long by itself, without its middle: its input, and of the replies with their results the newest
     * ones that fit; the last one always.
     *
     * @param most tokens in all
     */
    static Exchange shortened(Exchange exchange, ToLongFunction<Message> tokens, double most) {
        List<Message> messages = exchange.messages();
        long left = (long) most - tokens.applyAsLong(messages.getFirst());
        int from = messages.size();
        for (int at = messages.size() - 1; at > 0; at--) {
            left -= tokens.applyAsLong(messages.get(at));
            if (messages.get(at) instanceof Message.Assistant) {
                if (left < 0 && from < messages.size()) {
                    break;
                }
                from = at;
            }
        }
        List<Message> kept = new ArrayList<>(messages.subList(0, 1));
        kept.addAll(messages.subList(Math.min(from, messages.size()), messages.size()));
        return kept.size() == messages.size() || from == messages.size() ? exchange
                : new Exchange(kept, sum(kept, tokens));
    }

    static long tokens(List<Exchange> exchanges) {
        return exchanges.stream().mapToLong(Exchange::tokens).sum();
    }

    static int messages(List<Exchange> exchanges) {
        return exchanges.stream().mapToInt(exchange -> exchange.messages().size()).sum();
    }

    /** The newest exchanges that have together at most so many messages and tokens; the newest one whatever it has. */
    static List<Exchange> newest(List<Exchange> exchanges, long messages, double tokens) {
        long messagesLeft = messages;
        double tokensLeft = tokens;
        int from = exchanges.size();
        while (from > 0) {
            Exchange next = exchanges.get(from - 1);
            messagesLeft -= next.messages().size();
            tokensLeft -= next.tokens();
            if ((messagesLeft < 0 || tokensLeft < 0) && from < exchanges.size()) {
                break;
            }
            from--;
        }
        return exchanges.subList(from, exchanges.size());
    }
}

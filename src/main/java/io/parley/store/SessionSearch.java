package io.parley.store;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.parley.conversation.MessageId;
import io.parley.conversation.SearchHit;
import io.parley.conversation.Session;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a text in a session's title and messages, whatever its case. Redis itself searches the messages. It searches a limited
 * number of bytes at a time, because it does nothing else meanwhile. Redis folds only ASCII, so other text is searched for in
 * its usual spellings: small letters, capitals, and a capital at the beginning.
 */
@ApplicationScoped
class SessionSearch {
    private static final int MESSAGES_A_CALL = 500;
    private static final int BYTES_A_CALL = 1024 * 1024;
    private final RedisGate gate;

    SessionSearch(RedisGate gate) {
        this.gate = gate;
    }

    Uni<Found> matches(Session session, Query query) {
        if (session.settings().title().toLowerCase(Locale.ROOT).contains(query.lowerCase())) {
            return Uni.createFrom().item(new Found(true, 0, 0, null));
        }
        return search(session, query, 0, new Found(false, 0, 0, null));
    }

    private Uni<Found> search(Session session, Query query, long from, Found before) {
        List<String> arguments = new ArrayList<>(
                List.of(Long.toString(from), Integer.toString(MESSAGES_A_CALL), Integer.toString(BYTES_A_CALL)));
        arguments.addAll(query.writings());
        return gate.run(Script.SEARCH, Keys.of(session.id()), arguments).chain(answer -> {
            boolean matches = Answers.is(answer, "YES");
            Found found = new Found(matches, before.messages + Answers.number(answer, 2),
                    before.bytes + Answers.number(answer, 3), matches ? hit(answer) : null);
            long next = Answers.number(answer, 1);
            return found.matches || next == 0 ? Uni.createFrom().item(found) : search(session, query, next, found);
        });
    }

    private static SearchHit hit(Response answer) {
        return new SearchHit(new MessageId(Answers.number(answer, 4)), Excerpt.of(Answers.text(answer, 5),
                Answers.text(answer, 6), Answers.flag(answer, 7), Answers.flag(answer, 8)));
    }

    /**
     * What came of a search.
     *
     * @param messages how many were looked at
     * @param bytes the length of these messages
     * @param hit the message that has the text; null if no message has it, or the title has it
     */
    record Found(boolean matches, long messages, long bytes, @Nullable SearchHit hit) {}

    /** A text that is searched for. */
    static final class Query {
        private final String lowerCase;
        private final List<String> writings;

        Query(String text) {
            this.lowerCase = text.toLowerCase(Locale.ROOT);
            Set<String> variants = new LinkedHashSet<>();
            for (String variant : List.of(text, lowerCase, text.toUpperCase(Locale.ROOT), capitalised(lowerCase))) {
                variants.add(foldAscii(new String(JsonStringEncoder.getInstance().quoteAsString(variant))));
            }
            this.writings = List.copyOf(variants);
        }

        String lowerCase() {
            return lowerCase;
        }

        List<String> writings() {
            return writings;
        }

        private static String capitalised(String text) {
            StringBuilder out = new StringBuilder(text.length());
            boolean begins = true;
            for (int point : text.codePoints().toArray()) {
                out.appendCodePoint(begins ? Character.toTitleCase(point) : point);
                begins = !Character.isLetterOrDigit(point);
            }
            return out.toString();
        }

        private static String foldAscii(String text) {
            StringBuilder out = new StringBuilder(text.length());
            text.chars().forEach(c -> out.append((char) (c < 128 ? Character.toLowerCase(c) : c)));
            return out.toString();
        }
    }
}

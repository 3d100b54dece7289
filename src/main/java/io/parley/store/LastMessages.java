package io.parley.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.conversation.Burst;
import io.parley.conversation.Cut;
import io.parley.conversation.LastMessage;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.Owner;
import io.parley.conversation.Role;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads the newest messages of the sessions of a list, and of each message only the beginning. */
@ApplicationScoped
class LastMessages {
    /** The most bytes that are read of a message: its head and its text, each character of which may be escaped. */
    private static final int BYTES = 2048;
    private static final int AT_ONCE = 25;
    private static final int HEAD_PARTS = 6;
    private static final int ROLE = 2;
    private static final Logger LOG = Logger.getLogger(LastMessages.class);
    private final Burst unreadable = new Burst(Duration.ofSeconds(5));
    private final RedisGate gate;

    LastMessages(RedisGate gate) {
        this.gate = gate;
    }

    /**
     * Returns the newest message of each of these sessions that has one and belongs to this owner. A message that cannot
     * be read is left out, because a newer version of Parley may have written it.
     */
    Uni<Map<SessionId, LastMessage>> of(Owner owner, List<SessionId> sessions) {
        List<String> arguments = List.of("=" + owner.name(), Integer.toString(BYTES));
        return Multi.createFrom().iterable(sessions)
                .onItem().transformToUni(id -> gate.run(Script.LAST, Keys.of(id), arguments).map(answer -> found(id, answer)))
                .merge(AT_ONCE)
                .filter(Optional::isPresent).map(Optional::get)
                .collect().asMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private Optional<Map.Entry<SessionId, LastMessage>> found(SessionId id, Response answer) {
        try {
            return Answers.is(answer, "OK")
                    ? Optional.of(Map.entry(id, decode(Answers.number(answer, 1), Answers.text(answer, 2))))
                    : Optional.empty();
        } catch (CorruptRecord e) {
            unreadable.next().ifPresent(before -> LOG.errorf("Session %s: the last message cannot be read, so lists show none: "
                    + "%s (%d more lines of this kind were left out before)", id, e.getMessage(), before));
            return Optional.empty();
        }
    }

    /**
     * Reads a message of which only the beginning is there.
     *
     * @throws CorruptRecord if the beginning has no head
     */
    static LastMessage decode(long number, String beginning) {
        String[] parts = beginning.split("\\|", HEAD_PARTS + 1);
        Role role = parts.length <= HEAD_PARTS ? null : StoredNames.ROLE.valueOrNull(parts[ROLE]);
        if (role == null) {
            throw new CorruptRecord("a stored message has no head");
        }
        String closed = CutJson.closed(parts[HEAD_PARTS]);
        Shown shown = new Shown(closed.length());
        try (JsonParser json = Json.parser(closed)) {
            shown.read(json);
        } catch (IOException _) {
            // The message has no end here, but the parser has read the part before it.
        }
        return new LastMessage(new MessageId(number), role, shown.status, shown.text(), Instant.ofEpochMilli(shown.created));
    }

    /** The parts of a message that a list shows. */
    private static final class Shown {
        private final StringBuilder text = new StringBuilder();
        private MessageStatus status = MessageStatus.COMPLETED;
        private long created;
        private boolean isCut;
        private final int length;

        /**
         * Begins to read.
         *
         * @param length the length of the JSON, at whose end a text may be cut
         */
        Shown(int length) {
            this.length = length;
        }

        void read(JsonParser json) throws IOException {
            json.nextToken();
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                switch (field) {
                    case "status" -> status = StoredNames.STATUS.value(json.getText(), MessageStatus.COMPLETED);
                    case "created" -> created = json.getValueAsLong();
                    case "content" -> readBlocks(json, value);
                    default -> json.skipChildren();
                }
            }
        }

        private void readBlocks(JsonParser json, @Nullable JsonToken start) throws IOException {
            if (start != JsonToken.START_ARRAY) {
                return;
            }
            while (json.nextToken() == JsonToken.START_OBJECT) {
                readBlock(json);
            }
        }

        /** Reads a block. A text and a refusal have their text in the field {@code text}; no other block has such a field. */
        private void readBlock(JsonParser json) throws IOException {
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (field.equals("text") && value == JsonToken.VALUE_STRING && text.length() < LastMessage.MOST_CHARACTERS) {
                    text.append(json.getText());
                    isCut = json.currentLocation().getCharOffset() >= length;
                } else {
                    json.skipChildren();
                }
            }
        }

        /** Returns the text without what may be the beginning of a longer character. */
        String text() {
            if (isCut) {
                text.setLength(Math.max(0, Cut.before(text.toString(), text.length() - 1)));
            }
            int most = Math.min(LastMessage.MOST_CHARACTERS, text.codePointCount(0, text.length()));
            int end = text.offsetByCodePoints(0, most);
            boolean isCutThrough = end > 0 && Character.isHighSurrogate(text.charAt(end - 1));
            return Cut.beginning(text.toString(), isCutThrough ? end - 1 : end);
        }
    }
}

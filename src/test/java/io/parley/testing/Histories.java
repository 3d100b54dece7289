package io.parley.testing;

import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.RawJson;
import io.parley.conversation.TokenCount;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Makes histories for tests. */
public final class Histories {
    public static final String ENCODING = "o200k_base";
    private static final Instant THEN = Instant.parse("2026-11-21T10:00:00Z");

    private Histories() {
    }

    public static MessageMeta meta(long sequence, int tokens) {
        return new MessageMeta(new MessageId(sequence), null, MessageStatus.COMPLETED, new TokenCount(tokens, ENCODING), THEN,
                THEN, 1, false);
    }

    public static Message user(long sequence, int tokens, String text) {
        return new Message.User(meta(sequence, tokens), List.of(new Content.Text(text)));
    }

    public static Message assistant(long sequence, int tokens, String text) {
        return new Message.Assistant(meta(sequence, tokens), List.of(new Content.Text(text)), "m", FinishReason.STOP);
    }

    public static Message call(long sequence, int tokens, String... callIds) {
        List<Content> calls = new ArrayList<>();
        for (String id : callIds) {
            calls.add(new Content.ToolCall(id, "tool", RawJson.EMPTY_OBJECT));
        }
        return new Message.Assistant(meta(sequence, tokens), calls, "m", FinishReason.TOOL_CALLS);
    }

    public static Message result(long sequence, int tokens, String... callIds) {
        List<Content> results = new ArrayList<>();
        for (String id : callIds) {
            results.add(new Content.ToolResult(id, List.of(new Content.Text("42")), false));
        }
        return new Message.Tool(meta(sequence, tokens), results);
    }

    /** Histories of any shape, illegal ones included, that end with a user message. */
    public static Arbitrary<List<Message>> any() {
        return Arbitraries.of("user", "assistant", "call", "result", "orphan").list().ofMaxSize(40)
                .flatMap(kinds -> Arbitraries.integers().between(1, 400).list().ofSize(kinds.size() + 1)
                        .map(sizes -> build(kinds, sizes)));
    }

    private static List<Message> build(List<String> kinds, List<Integer> sizes) {
        List<Message> history = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            long sequence = i + 1L;
            int tokens = sizes.get(i);
            history.add(switch (kinds.get(i)) {
                case "user" -> user(sequence, tokens, "u" + i);
                case "call" -> call(sequence, tokens, "c" + i, "d" + i);
                case "result" -> result(sequence, tokens, "c" + (i - 1), "d" + (i - 1));
                case "orphan" -> result(sequence, tokens, "x" + i);
                default -> assistant(sequence, tokens, "a" + i);
            });
        }
        history.add(user(kinds.size() + 1L, sizes.getLast(), "newest"));
        return history;
    }
}

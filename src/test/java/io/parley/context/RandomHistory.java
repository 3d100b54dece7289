package io.parley.context;

import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.RawJson;
import io.parley.testing.Histories;
import io.parley.testing.Pixels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Changes a conversation at random, in all the ways in which users, models, clients and failures change one. */
final class RandomHistory {
    private static final List<ImageSource> PICTURES = List.of(Pixels.inline("png", Pixels.halves(1, 1)),
            Pixels.inline("png", Pixels.halves(9_000, 8)), Pixels.inline("gif", Pixels.halves(2_100, 10)),
            Pixels.inline("jpeg", Pixels.halves(8, 2_400)), new ImageSource.Url("https://example.org/a.png"),
            Pixels.inline("png", headOnly(2_400)), Pixels.inline("png", headOnly(8_100)));
    private static final ImageSource LARGE = Pixels.inline("png", Pixels.noise(1_300, 1_000));
    private static final List<String> TEXTS = List.of("Hello", "\u00a0", " \n", "\u2003\u200b", "\u0085", "Why?",
            "x".repeat(300));
    private static final List<String> IDS = List.of("call_0", "call_null_0", "call_0PqRsTuVwXyZaBcDeF", "", "a:b/c ü",
            "i".repeat(60), "toolu_01");
    private static final List<String> NAMES = List.of("look", "web.search", "größe", "n".repeat(90), "a b");
    private final Random random;
    private final Dialogue dialogue;
    private final List<String> steps = new ArrayList<>();
    private long sequence;

    /** A picture that cannot be made smaller. */
    private static byte[] headOnly(int width) {
        byte[] file = Pixels.file(Pixels.halves(width, 8), "png");
        Arrays.fill(file, 33, file.length, (byte) 7);
        return file;
    }

    RandomHistory(Random random, Dialogue dialogue) {
        this.random = random;
        this.dialogue = dialogue;
    }

    /** Returns whether a turn can answer the newest message. */
    boolean canBeAnswered() {
        return !messages().isEmpty() && !(messages().getLast() instanceof Message.Assistant);
    }

    private List<Message> messages() {
        return dialogue.history();
    }

    /** Makes one random change. The assistant's messages come from this provider. */
    void step(String provider) {
        int kind = random.nextInt(16);
        steps.add(provider + " " + kind);
        switch (kind) {
            case 0, 1, 2 -> user(text());
            case 3 -> user(text(), picture(), picture());
            case 4 -> assistant(text());
            case 5 -> assistant(thought(provider), text());
            case 6 -> assistant(thought(provider));
            case 7 -> assistant(new Content.Refusal("I will not."), text());
            case 8 -> called(provider, true);
            case 9 -> called(provider, false);
            case 10 -> tool(result(any(IDS)));
            case 11 -> edit();
            case 12 -> remove();
            case 13 -> assistant(text(), picture());
            case 14 -> user(Stream.generate(this::picture).limit(random.nextInt(21)).toArray(Content[]::new));
            default -> cutOff();
        }
    }

    private void called(String provider, boolean answered) {
        List<Content> said = new ArrayList<>(random.nextBoolean() ? List.of(thought(provider)) : List.of(text()));
        List<Content> results = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String id = any(IDS);
            said.add(new Content.ToolCall(id, any(NAMES), new RawJson("{\"q\": " + i + "}")));
            if (answered || random.nextBoolean()) {
                results.add(result(id));
            }
        }
        assistant(said.toArray(Content[]::new));
        if (!results.isEmpty()) {
            Collections.shuffle(results, random);
            tool(results.toArray(Content[]::new));
        }
    }

    private Content result(String id) {
        List<Content> content = switch (random.nextInt(4)) {
            case 0 -> List.of();
            case 1 -> List.of(picture(), text());
            default -> List.of(text());
        };
        return new Content.ToolResult(id, content, random.nextInt(5) == 0);
    }

    private Content thought(String provider) {
        return switch (random.nextInt(3)) {
            case 0 -> new Content.Thinking(provider, "hm", provider + "-signature");
            case 1 -> new Content.Thinking(provider, "hm", null);
            default -> new Content.Opaque(provider,
                    new RawJson("{\"type\":\"redacted_thinking\",\"data\":\"" + provider + "-data\"}"));
        };
    }

    private Content text() {
        return new Content.Text(any(TEXTS));
    }

    private Content picture() {
        return new Content.Image(random.nextInt(60) == 0 ? LARGE : any(PICTURES));
    }

    private void edit() {
        if (!messages().isEmpty()) {
            int at = random.nextInt(messages().size());
            Message old = messages().get(at);
            if (!(old instanceof Message.Tool)) {
                messages().set(at, old.withContent(List.of(text())));
            }
        }
    }

    private void remove() {
        if (!messages().isEmpty()) {
            dialogue.remove(random.nextInt(messages().size()));
        }
    }

    /** Removes messages at the end, as a fork or a repeated turn does. */
    private void cutOff() {
        while (messages().size() > 1 && random.nextInt(3) > 0) {
            dialogue.remove(messages().size() - 1);
        }
    }

    private void user(Content... content) {
        messages().add(new Message.User(Histories.meta(++sequence, 100), List.of(content)));
    }

    private void assistant(Content... content) {
        messages().add(new Message.Assistant(Histories.meta(++sequence, 100), List.of(content), "m", FinishReason.STOP));
    }

    private void tool(Content... content) {
        messages().add(new Message.Tool(Histories.meta(++sequence, 100), List.of(content)));
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    @Override
    public String toString() {
        return String.join(", ", steps);
    }
}

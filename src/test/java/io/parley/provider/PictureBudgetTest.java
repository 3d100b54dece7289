package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.provider.WireRules.Reasoning;
import io.parley.testing.Histories;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The pictures that a request holds while a conversation grows. */
class PictureBudgetTest {
    private static final WireRules RULES = new WireRules("p", false, true, Reasoning.NONE, true, true, false);
    private static final int TURNS = 80;

    /** Each turn shows some pictures of some size; some turns show them in the result of a tool. */
    @Property(tries = 8)
    void a_request_changes_at_its_beginning_only_once_a_step_and_shows_what_was_just_sent(@ForAll long seed,
            @ForAll @IntRange(min = 1, max = 20) int mostPictures, @ForAll @IntRange(min = 1, max = 7_000_000) int mostBytes) {
        Random random = new Random(seed);
        List<Message> messages = new ArrayList<>();
        List<WireHistory.Entry> before = List.of();
        Added since = new Added();
        for (int turn = 0; turn < TURNS; turn++) {
            Message input = input(random, messages, random.nextInt(mostPictures + 1), mostBytes);
            since.add(input);
            List<WireHistory.Entry> now = WireHistory.of(messages, RULES).entries();
            if (!now.subList(0, before.size()).equals(before)) {
                assertThat(since.isStep()).as("%d pictures, %d characters", since.pictures, since.characters).isTrue();
                since = new Added();
                since.add(input);
            }
            assertThat(now.getLast().blocks().toString()).doesNotContain(PictureBudget.LEFT_OUT);
            assertThat(characters(now)).isLessThanOrEqualTo(PictureBudget.MOST_CHARACTERS);
            messages.add(Histories.assistant(messages.size() + 1, 1, "Seen."));
            before = WireHistory.of(messages, RULES).entries();
        }
    }

    private static Message input(Random random, List<Message> messages, int pictures, int mostBytes) {
        List<Content> shown = IntStream.range(0, pictures).<Content> mapToObj(_ -> picture(random.nextInt(mostBytes) + 1))
                .toList();
        long next = messages.size() + 1L;
        if (random.nextInt(4) > 0) {
            List<Content> said = new ArrayList<>(shown);
            said.add(new Content.Text("Look."));
            messages.add(new Message.User(Histories.meta(next, 1), said));
        } else {
            messages.add(Histories.user(next, 1, "Look yourself."));
            messages.add(Histories.call(next + 1, 1, "c"));
            messages.add(new Message.Tool(Histories.meta(next + 2, 1), List.of(new Content.ToolResult("c", shown, false))));
        }
        return messages.getLast();
    }

    private static Content picture(int bytes) {
        return new Content.Image(new ImageSource.Stored("ab", "image/png", bytes, 10, 10));
    }

    /** The pictures that were added since the last change of the beginning. */
    private static final class Added {
        private int pictures;
        private long characters;

        void add(Message message) {
            List<Long> lengths = lengths(message);
            long share = PictureLimits.share(lengths);
            pictures += lengths.size();
            characters += lengths.stream().mapToLong(length -> PictureLimits.written(length, share)).sum();
        }

        /**
         * Returns whether a request is full again. A request that has just lost half of its pictures takes another half before.
         */
        boolean isStep() {
            return pictures > PictureBudget.MOST / 2 || characters > PictureBudget.MOST_CHARACTERS / 2;
        }
    }

    private static List<Long> lengths(Message message) {
        return message.content().stream()
                .flatMap(block -> block instanceof Content.ToolResult result ? result.content().stream()
                        : Stream.of(block))
                .filter(Content.Image.class::isInstance)
                .map(image -> PictureLimits.characters(((ImageSource.Stored) ((Content.Image) image).source()).bytes()))
                .toList();
    }

    /** Returns the characters of all pictures, each with at most its share of a message. */
    private static long characters(List<WireHistory.Entry> entries) {
        return entries.stream().mapToLong(entry -> {
            List<Long> lengths = new WireHistory(List.of(entry), List.of()).pictures().stream()
                    .map(picture -> PictureLimits.characters(((ImageSource.Stored) picture.image().source()).bytes())).toList();
            long share = PictureLimits.share(lengths);
            return lengths.stream().mapToLong(length -> PictureLimits.written(length, share)).sum();
        }).sum();
    }

    @Test
    void a_message_of_more_pictures_than_a_request_holds_shows_its_newest() {
        Message many = new Message.User(Histories.meta(1, 1), IntStream.range(0, 130).mapToObj(_ -> picture(10)).toList());
        WireHistory history = WireHistory.of(List.of(many), RULES);
        assertThat(history.pictures()).hasSize(PictureBudget.MOST);
        assertThat(history.entries().getFirst().blocks().getFirst().content())
                .isEqualTo(new Content.Text(PictureBudget.LEFT_OUT));
    }

    @Test
    void pictures_of_the_assistant_take_no_room() {
        List<Content> drawn = IntStream.range(0, 90).mapToObj(_ -> picture(10)).toList();
        List<Message> messages = List.of(new Message.User(Histories.meta(1, 1), List.of(picture(10))),
                new Message.Assistant(Histories.meta(2, 1), drawn, "m", null),
                new Message.User(Histories.meta(3, 1), drawn));
        assertThat(WireHistory.of(messages, RULES).pictures()).hasSize(91);
    }
}

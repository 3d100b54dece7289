package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Usage;
import io.parley.stream.TurnEvent;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ReplyDraftTest {
    private static final Content CALL = new Content.ToolCall("call-1", "weather", RawJson.EMPTY_OBJECT);
    private static final Content THINKING = new Content.Thinking("anthropic", "Hm.", "signature");
    private static final Content OPAQUE = new Content.Opaque("openai", RawJson.EMPTY_OBJECT);

    @Provide
    Arbitrary<List<ReplyEvent>> replies() {
        Arbitrary<String> pieces = Arbitraries.strings().ofMinLength(1).ofMaxLength(5);
        return Arbitraries.<ReplyEvent> oneOf(pieces.map(ReplyEvent.Text::new), pieces.map(ReplyEvent.Refusal::new),
                pieces.map(ReplyEvent.Thinking::new),
                Arbitraries.of(CALL, THINKING, OPAQUE).map(ReplyEvent.Block::new),
                Arbitraries.longs().between(1, 100).map(output -> new ReplyEvent.Used(used(output))))
                .list().ofMaxSize(20);
    }

    /** The stored content is the streamed content in its order, and listeners get the same text. */
    @Property
    void what_is_told_is_what_is_stored(@ForAll("replies") List<ReplyEvent> reply) {
        ReplyDraft draft = new ReplyDraft();
        String told = reply.stream().map(draft::add).filter(Objects::nonNull).map(ReplyDraftTest::text)
                .collect(Collectors.joining());

        List<Content> stored = draft.content();
        boolean useful = reply.stream().anyMatch(ReplyDraftTest::isUseful);
        assertThat(stored.isEmpty()).isEqualTo(!useful);
        if (useful) {
            assertThat(Replies.text(stored)).isEqualTo(told);
            assertThat(stored).filteredOn(ReplyDraftTest::isBlock)
                    .isEqualTo(reply.stream().filter(ReplyEvent.Block.class::isInstance)
                            .map(event -> ((ReplyEvent.Block) event).content()).toList());
        }
        assertThat(draft.content()).as("asked again").isEqualTo(stored);
        assertThat(draft.isSilent()).isEqualTo(reply.stream().allMatch(ReplyEvent.Used.class::isInstance));
        assertThat(draft.usage()).isEqualTo(reply.stream().filter(ReplyEvent.Used.class::isInstance)
                .map(event -> ((ReplyEvent.Used) event).usage()).reduce((_, later) -> later).orElse(null));
    }

    @Test
    void pieces_of_text_are_one_block_until_something_else_comes() {
        assertThat(stored(new ReplyEvent.Text("It "), new ReplyEvent.Text("rains."), new ReplyEvent.Block(CALL),
                new ReplyEvent.Text("Still."), new ReplyEvent.Refusal("No "), new ReplyEvent.Refusal("more.")))
                .containsExactly(new Content.Text("It rains."), CALL, new Content.Text("Still."),
                        new Content.Refusal("No more."));
    }

    @Test
    void reasoning_without_an_answer_is_not_stored() {
        assertThat(stored(new ReplyEvent.Thinking("Hm."), new ReplyEvent.Block(THINKING), new ReplyEvent.Block(OPAQUE)))
                .isEmpty();
    }

    @Test
    void blocks_that_only_their_provider_understands_are_told_to_nobody() {
        ReplyDraft draft = new ReplyDraft();
        assertThat(draft.add(new ReplyEvent.Block(THINKING))).isNull();
        assertThat(draft.add(new ReplyEvent.Block(OPAQUE))).isNull();
        assertThat(draft.add(new ReplyEvent.Block(CALL))).isEqualTo(new TurnEvent.Block(CALL));
        assertThat(draft.content()).containsExactly(THINKING, OPAQUE, CALL);
    }

    @Test
    void the_last_report_of_usage_counts_and_an_end_without_one_takes_nothing_back() {
        ReplyEvent.Finished end = new ReplyEvent.Finished(FinishReason.STOP, "stop", null, null);
        ReplyDraft draft = drafted(new ReplyEvent.Used(used(3)), new ReplyEvent.Used(used(7)));
        assertThat(draft.finished()).isNull();
        assertThat(draft.add(end)).isNull();
        assertThat(draft.usage()).isEqualTo(used(7));
        assertThat(draft.finished()).isEqualTo(end);
        assertThat(draft.add(new ReplyEvent.Finished(FinishReason.STOP, "stop", used(9), null))).isNull();
        assertThat(draft.usage()).isEqualTo(used(9));
        assertThat(draft.isSilent()).isTrue();
    }

    private static List<Content> stored(ReplyEvent... reply) {
        return drafted(reply).content();
    }

    private static ReplyDraft drafted(ReplyEvent... reply) {
        ReplyDraft draft = new ReplyDraft();
        for (ReplyEvent event : reply) {
            TurnEvent unused = draft.add(event);
        }
        return draft;
    }

    private static Usage used(long output) {
        return new Usage(10, 0, 0, output, 0, false);
    }

    private static String text(TurnEvent event) {
        return event instanceof TurnEvent.Delta(String text) ? text : "";
    }

    private static boolean isUseful(ReplyEvent event) {
        return event instanceof ReplyEvent.Text || event instanceof ReplyEvent.Refusal
                || (event instanceof ReplyEvent.Block(Content content) && content == CALL);
    }

    private static boolean isBlock(Content content) {
        return !(content instanceof Content.Text || content instanceof Content.Refusal);
    }
}

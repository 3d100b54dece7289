package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.TokenCount;
import io.parley.provider.Counting;
import io.parley.provider.ImageRule;
import io.parley.provider.Model;
import io.parley.testing.Histories;
import io.parley.testing.Models;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TokenScaleTest {
    private static final Model MODEL = Models.counted("m", Histories.ENCODING, 10_000, 100,
            new Counting(false, new ImageRule.Tiles(85, 170)));
    private static final Content IMAGE = new Content.Image(new ImageSource.Stored("ab", "image/png", 10, 1024, 1024));
    private static final Content UNKNOWN = new Content.Image(new ImageSource.Url("https://example.org/a.png"));
    private final TokenCounter counter = new TokenCounter();

    @Property
    void longer_counts_are_never_fewer_tokens(@ForAll @DoubleRange(min = 0.5, max = 3.9) double factor,
            @ForAll @LongRange(min = 0, max = 10_000_000) long raw, @ForAll @LongRange(min = 0, max = 100) long more) {
        TokenScale scale = new TokenScale(MODEL, factor, 0);
        assertThat(scale.tokens(raw + more)).isGreaterThanOrEqualTo(scale.tokens(raw));
    }

    @Property
    void raw_is_the_longest_count_that_fits(@ForAll @DoubleRange(min = 0.5, max = 3.9) double factor,
            @ForAll @LongRange(min = 0, max = 10_000_000) long tokens) {
        TokenScale scale = new TokenScale(MODEL, factor, 0);
        assertThat(scale.tokens(scale.raw(tokens))).isLessThanOrEqualTo(tokens);
        assertThat(scale.tokens(scale.raw(tokens) + 1)).isGreaterThan(tokens);
    }

    /** 459 / 0.54 is 850 and 850 × 0.54 more than 459; 135 / 0.54 is less than 250 and 250 × 0.54 is 135. */
    @Test
    void raw_is_right_where_floating_point_is_not() {
        TokenScale scale = new TokenScale(MODEL, 0.54, 0);
        assertThat(scale.raw(459)).isEqualTo(849);
        assertThat(scale.raw(135)).isEqualTo(250);
    }

    @Property
    void where_the_model_counts_more_raw_leads_back(@ForAll @DoubleRange(min = 1, max = 3.9) double factor,
            @ForAll @LongRange(min = 0, max = 10_000_000) long raw) {
        TokenScale scale = new TokenScale(MODEL, factor, 0);
        assertThat(scale.raw(scale.tokens(raw))).isEqualTo(raw);
    }

    @Test
    void the_factor_is_for_text_and_images_follow_the_models_rule() {
        TokenScale scale = new TokenScale(MODEL, 1.5, 10_000);
        TokenCount text = counted(new Content.Text("one two three"));
        Message message = message(new Content.Text("one two three"), IMAGE, UNKNOWN);
        assertThat(scale.parts(message)).isEqualTo(new RawTokens(text.tokens(), 765 + 1445));
        assertThat(scale.tokens(message)).isEqualTo((long) Math.ceil(text.tokens() * 1.5) + 765 + 1445);
        assertThat(scale.tokens(text)).isEqualTo((long) Math.ceil(text.tokens() * 1.5));
    }

    @Test
    void images_in_the_result_of_a_tool_follow_it_too() {
        TokenScale scale = new TokenScale(MODEL, 1, 10_000);
        TokenCount without = counted(new Content.ToolResult("c", List.of(new Content.Text("42")), false));
        assertThat(scale.parts(message(new Content.ToolResult("c", List.of(new Content.Text("42"), IMAGE), false))))
                .isEqualTo(new RawTokens(without.tokens(), 765));
    }

    @Test
    void a_stored_count_that_is_too_small_for_its_images_is_no_negative_text() {
        RawTokens parts = new TokenScale(MODEL, 2, 10_000).parts(new TokenCount(3, Histories.ENCODING), List.of(UNKNOWN));
        assertThat(parts).isEqualTo(new RawTokens(0, 1445));
        assertThat(parts.plus(new RawTokens(5, 7)).plus(RawTokens.NONE)).isEqualTo(new RawTokens(5, 1452));
    }

    private TokenCount counted(Content... content) {
        return counter.countNow(List.of(content), Histories.ENCODING);
    }

    private Message message(Content... content) {
        return new Message.User(Histories.meta(1, counted(content).tokens()), List.of(content));
    }
}

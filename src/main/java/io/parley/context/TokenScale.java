package io.parley.context;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.TokenCount;
import io.parley.provider.ImageRule;
import io.parley.provider.Model;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What counts are for one model, as far as it is known at one moment.
 *
 * @param factor tokens of the model for each one of a stored count of text, margin included; 1 where counts are exact
 * @param limit tokens of input and output together: the catalogue's, or the provider's own if it has stated less
 */
public record TokenScale(Model model, double factor, long limit) {

    /** Tokens of a stored message. */
    public long tokens(Message message) {
        return tokens(parts(message));
    }

    /** Tokens of a count of text without images. */
    public long tokens(TokenCount raw) {
        return tokens((long) raw.tokens());
    }

    /** Tokens of a count in its two parts. */
    public long tokens(RawTokens raw) {
        return tokens(raw.text()) + raw.images();
    }

    /** Tokens of a count of text; grows with it. */
    public long tokens(long raw) {
        return (long) Math.ceil(raw * factor);
    }

    /** The longest count of text that is no more than so many tokens of the model. */
    public long raw(long tokens) {
        long raw = (long) (tokens / factor);
        if (tokens(raw) > tokens) {
            return raw - 1;
        }
        return tokens(raw + 1) <= tokens ? raw + 1 : raw;
    }

    /** The two parts of a stored message's count. */
    public RawTokens parts(Message message) {
        return parts(message.meta().tokens(), message.content());
    }

    /** The two parts of this content's count. */
    public RawTokens parts(TokenCount count, List<Content> content) {
        long counted = images(content, TokenCounter::imageTokens);
        return new RawTokens(Math.max(0, count.tokens() - counted), images(content, this::imageTokens));
    }

    private static long images(List<Content> content, ToLongFunction<ImageSource> tokens) {
        long sum = 0;
        for (Content block : content) {
            sum += switch (block) {
                case Content.Image(ImageSource source) -> tokens.applyAsLong(source);
                case Content.ToolResult result -> images(result.content(), tokens);
                case Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ -> 0;
            };
        }
        return sum;
    }

    private long imageTokens(ImageSource source) {
        ImageRule rule = model.counting().images();
        return source instanceof ImageSource.Stored image ? rule.tokens(image.width(), image.height()) : rule.tokens(0, 0);
    }
}

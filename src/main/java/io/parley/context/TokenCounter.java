package io.parley.context;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.TokenCount;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Says how many tokens a content is: text by a public encoding, for any other name by {@value #REFERENCE}; images by one
 * rule for all. Nothing is added for models whose tokeniser is another, so that a count that is stored serves every model;
 * {@link TokenEstimates} says what it is for one of them.
 */
@ApplicationScoped
public class TokenCounter {
    /** Counts where a model's own tokeniser is not public. */
    static final String REFERENCE = "o200k_base";
    private static final Set<String> PUBLIC = Set.of("r50k_base", "p50k_base", "p50k_edit", "cl100k_base", REFERENCE);
    /** What a message or a block costs beside its text, as in OpenAI's counting guide. */
    private static final int FRAME = 4;
    /** Up to this length counting takes less than a millisecond and may run on an event loop. */
    private static final int SHORT = 2_000;
    /** Text is counted in pieces, so that a megabyte without a space takes a time that grows with its length only. */
    static final int PIECE = 4_096;
    /** Anthropic's published rule, width × height / 750, with its ceiling; also near OpenAI's for large images. */
    private static final int PIXELS_A_TOKEN = 750;
    private static final int IMAGE_CEILING = 1_600;
    private final EncodingRegistry registry = Encodings.newLazyEncodingRegistry();
    private final Set<String> loaded = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<String, Uni<Encoding>> loading = new ConcurrentHashMap<>();

    /**
     * Counts a message's content. Long text, and the first use of an encoding, which takes a second to load, are off the
     * event loop.
     */
    public Uni<TokenCount> count(List<Content> content, String encoding) {
        Uni<TokenCount> counted = Uni.createFrom().item(() -> countNow(content, encoding));
        Uni<TokenCount> aside = length(content) <= SHORT ? counted
                : counted.runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
        String known = known(encoding);
        return loaded.contains(known) ? aside : load(known).chain(() -> aside);
    }

    /** Loaded once however many want it meanwhile: each of them would hold a thread. */
    private Uni<Encoding> load(String encoding) {
        return loading.computeIfAbsent(encoding, name -> Uni.createFrom().item(() -> encoding(name))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()).onFailure().invoke(() -> loading.remove(name))
                .memoize().indefinitely());
    }

    /** Counts on the calling thread. */
    TokenCount countNow(List<Content> content, String encoding) {
        int tokens = FRAME;
        for (Content block : content) {
            tokens += tokens(block, encoding);
        }
        return new TokenCount(tokens, known(encoding));
    }

    /** Counts a text on the calling thread. */
    public int countNow(String text, String encoding) {
        int tokens = 0;
        for (int from = 0; from < text.length();) {
            int to = pieceEnd(text, from);
            tokens += encoding(encoding).countTokensOrdinary(text.substring(from, to));
            from = to;
        }
        return tokens;
    }

    private int tokens(Content block, String encoding) {
        return switch (block) {
            case Content.Text(String text) -> countNow(text, encoding);
            case Content.Refusal(String text) -> countNow(text, encoding);
            case Content.Thinking thinking -> countNow(thinking.text(), encoding);
            case Content.Opaque opaque -> countNow(opaque.block().text(), encoding);
            case Content.ToolCall call ->
                FRAME + countNow(call.name(), encoding) + countNow(call.arguments().text(), encoding);
            case Content.ToolResult result -> countNow(result.content(), encoding).tokens();
            case Content.Image(ImageSource source) -> imageTokens(source);
        };
    }

    /** What an image is in a count, whatever it costs a model. Never changed, as it is part of counts that are stored. */
    static int imageTokens(ImageSource source) {
        return source instanceof ImageSource.Stored image && image.width() > 0
                ? (int) Math.min(IMAGE_CEILING, (long) image.width() * image.height() / PIXELS_A_TOKEN + FRAME)
                : IMAGE_CEILING;
    }

    /** A piece ends at a white space where there is one near, so that few words are cut in two. */
    static int pieceEnd(String text, int from) {
        int end = Math.min(text.length(), from + PIECE);
        if (end == text.length()) {
            return end;
        }
        for (int at = end; at > end - 256; at--) {
            if (Character.isWhitespace(text.charAt(at))) {
                return at;
            }
        }
        return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
    }

    private Encoding encoding(String name) {
        String known = known(name);
        Encoding encoding = registry.getEncoding(known).orElseThrow();
        loaded.add(known);
        return encoding;
    }

    /** The encoding that really counts for this name. */
    static String known(String encoding) {
        return PUBLIC.contains(encoding) ? encoding : REFERENCE;
    }

    private static int length(List<Content> content) {
        return content.stream().mapToInt(TokenCounter::length).sum();
    }

    private static int length(Content block) {
        return switch (block) {
            case Content.Text(String text) -> text.length();
            case Content.Refusal(String text) -> text.length();
            case Content.Thinking thinking -> thinking.text().length();
            case Content.Opaque opaque -> opaque.block().text().length();
            case Content.ToolCall call -> call.arguments().text().length();
            case Content.ToolResult result -> length(result.content());
            case Content.Image _ -> 0;
        };
    }
}

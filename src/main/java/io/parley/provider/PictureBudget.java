package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.Adaptation.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the newest pictures that one request can hold; a line of text stands for each older one, and for every one where the
 * model takes none. What is kept is decided by the number and the stored size alone, so that it can be known before a picture
 * is read. The limits are those of the strictest server: Anthropic takes 100 pictures and 32 MB in one request.
 */
final class PictureBudget {
    /** Most pictures of one request. */
    static final int MOST = 100;
    /** Most characters of base64 that all pictures of one request have, so that text finds room in 32 MB too. */
    static final long MOST_CHARACTERS = 26_000_000;
    static final String UNSEEN = "[a picture, which this model cannot see]";
    static final String LEFT_OUT = "[a picture from earlier in the conversation, which is left out]";

    private final WireRules rules;
    private final Adaptations notes;
    private int pictures;
    private long characters;

    PictureBudget(WireRules rules, Adaptations notes) {
        this.rules = rules;
        this.notes = notes;
    }

    /** The messages with the pictures that can be sent. */
    List<Message> within(List<Message> messages) {
        List<Message> kept = new ArrayList<>(messages.size());
        for (Message message : messages.reversed()) {
            kept.add(holdsPicture(message.content()) ? message.withContent(within(message.content(), message.id())) : message);
        }
        return kept.reversed();
    }

    private static boolean holdsPicture(List<Content> content) {
        return content.stream().anyMatch(block -> block instanceof Content.Image
                || block instanceof Content.ToolResult result && holdsPicture(result.content()));
    }

    private List<Content> within(List<Content> content, MessageId id) {
        List<Content> kept = new ArrayList<>(content.size());
        for (Content block : content.reversed()) {
            kept.add(switch (block) {
                case Content.Image image -> within(image, id);
                case Content.ToolResult result ->
                    new Content.ToolResult(result.callId(), within(result.content(), id), result.error());
                case Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ -> block;
            });
        }
        return kept.reversed();
    }

    private Content within(Content.Image image, MessageId id) {
        if (!rules.pictures()) {
            notes.add(id, rules.plain() ? Kind.PICTURE_REFUSED : Kind.PICTURE_UNSEEN);
            return new Content.Text(rules.plain() ? Pictures.NOT_READ : UNSEEN);
        }
        long size = size(image.source());
        if (pictures == MOST || characters + size > MOST_CHARACTERS) {
            // All that are older are left out too: a gap in the middle would be hard to understand.
            pictures = MOST;
            notes.add(id, Kind.PICTURE_LEFT_OUT);
            return new Content.Text(LEFT_OUT);
        }
        pictures++;
        characters += size;
        if (image.source() instanceof ImageSource.Stored stored && PictureLimits.isTooLarge(stored)) {
            notes.add(id, Kind.PICTURE_SMALLER);
        }
        return image;
    }

    private static long size(ImageSource source) {
        return switch (source) {
            case ImageSource.Url url -> url.url().length();
            case ImageSource.Inline inline -> inline.base64().length();
            case ImageSource.Stored stored -> PictureLimits.characters(stored.bytes());
        };
    }
}

package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.Adaptation.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the pictures of the newest messages that one request can hold, and always those of the last message. A line of text
 * replaces each older picture, and every picture if the model accepts none. The number and the stored size alone decide which
 * pictures are kept, so Parley knows them before it reads a picture. The limits are those of the strictest server: Anthropic
 * accepts 100 pictures and 32 MB in one request.
 * <p>
 * If a request changed at its beginning in every turn, the provider would never read it from its cache. So a full request loses
 * half of its pictures at once, and later requests begin with the same bytes until one is full again. The messages alone, from
 * the first one on, decide where these steps are.
 */
final class PictureBudget {
    /** The most pictures of one request. */
    static final int MOST = 100;
    /** The most characters of base64 of all pictures of one request. The rest of the 32 MB is for text. */
    static final long MOST_CHARACTERS = 26_000_000;
    static final String UNSEEN = "[a picture, which this model cannot see]";
    static final String LEFT_OUT = "[a picture from earlier in the conversation, which is left out]";
    /** A full request keeps at most its room divided by this number. */
    private static final int STEP = 2;

    private final WireRules rules;
    private final Adaptations notes;

    PictureBudget(WireRules rules, Adaptations notes) {
        this.rules = rules;
        this.notes = notes;
    }

    /** Returns the messages with only the pictures that can be sent. */
    List<Message> within(List<Message> messages) {
        List<Pictured> pictured = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            List<Long> lengths = lengths(messages.get(i));
            if (!lengths.isEmpty()) {
                pictured.add(Pictured.of(i, lengths));
            }
        }
        List<Message> kept = new ArrayList<>(messages);
        int first = rules.pictures() ? firstKept(pictured) : pictured.size();
        for (int i = 0; i < pictured.size(); i++) {
            Pictured next = pictured.get(i);
            Message message = messages.get(next.message());
            kept.set(next.message(),
                    new Replacing(message.id(), next, i < first ? next.pictures() : next.surplus()).in(message));
        }
        return kept;
    }

    /**
     * Returns the lengths of the pictures of a message; none for the assistant, because providers accept no pictures from it.
     */
    private static List<Long> lengths(Message message) {
        List<Long> lengths = new ArrayList<>(0);
        if (!(message instanceof Message.Assistant)) {
            collect(message.content(), lengths);
        }
        return lengths;
    }

    private static void collect(List<Content> content, List<Long> lengths) {
        for (Content block : content) {
            if (block instanceof Content.Image(ImageSource source)) {
                lengths.add(length(source));
            } else if (block instanceof Content.ToolResult result) {
                collect(result.content(), lengths);
            }
        }
    }

    private static long length(ImageSource source) {
        return switch (source) {
            case ImageSource.Url url -> url.url().length();
            case ImageSource.Inline inline -> inline.base64().length();
            case ImageSource.Stored stored -> PictureLimits.characters(stored.bytes());
        };
    }

    private static int firstKept(List<Pictured> messages) {
        int first = 0;
        int pictures = 0;
        long characters = 0;
        for (int i = 0; i < messages.size(); i++) {
            pictures += messages.get(i).kept();
            characters += messages.get(i).characters();
            if (pictures > MOST || characters > MOST_CHARACTERS) {
                while (first < i && (pictures > MOST / STEP || characters > MOST_CHARACTERS / STEP)) {
                    pictures -= messages.get(first).kept();
                    characters -= messages.get(first).characters();
                    first++;
                }
            }
        }
        return first;
    }

    /**
     * A message with pictures.
     *
     * @param message its index
     * @param pictures the number of its pictures
     * @param limit the most characters of each picture as it is sent
     * @param characters the most characters of all its pictures that one request can hold
     */
    private record Pictured(int message, int pictures, long limit, long characters) {

        static Pictured of(int message, List<Long> lengths) {
            List<Long> sent = lengths.subList(Math.max(0, lengths.size() - MOST), lengths.size());
            long limit = PictureLimits.share(sent);
            return new Pictured(message, lengths.size(), limit,
                    sent.stream().mapToLong(length -> PictureLimits.written(length, limit)).sum());
        }

        /** Returns the number of its pictures that one request can hold. */
        int kept() {
            return Math.min(pictures, MOST);
        }

        /** Returns the number of its pictures that one request cannot hold. */
        int surplus() {
            return pictures - kept();
        }
    }

    /** Writes text for the first pictures of a message. */
    private final class Replacing {
        private final MessageId id;
        private final Pictured pictured;
        private int left;

        Replacing(MessageId id, Pictured pictured, int replaced) {
            this.id = id;
            this.pictured = pictured;
            this.left = replaced;
        }

        Message in(Message message) {
            return message.withContent(in(message.content()));
        }

        private List<Content> in(List<Content> content) {
            return content.stream().map(block -> switch (block) {
                case Content.Image image -> left-- > 0 ? replaced() : kept(image);
                case Content.ToolResult result -> new Content.ToolResult(result.callId(), in(result.content()), result.error());
                case Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ -> block;
            }).toList();
        }

        private Content replaced() {
            if (rules.pictures()) {
                notes.add(id, Kind.PICTURE_LEFT_OUT);
                return new Content.Text(LEFT_OUT);
            }
            notes.add(id, rules.plain() ? Kind.PICTURE_REFUSED : Kind.PICTURE_UNSEEN);
            return new Content.Text(rules.plain() ? Pictures.NOT_READ : UNSEEN);
        }

        private Content kept(Content.Image image) {
            if (image.source() instanceof ImageSource.Stored stored && PictureLimits.isTooLarge(stored, pictured.limit())) {
                notes.add(id, Kind.PICTURE_SMALLER);
            }
            return image;
        }
    }
}

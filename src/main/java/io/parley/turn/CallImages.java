package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.WireHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The images of a call: finds them in the history that is sent, and puts the stored bytes in their place. */
final class CallImages {
    private CallImages() {
    }

    /** Returns whether a message holds an image, also in a tool result. */
    static boolean holdsImage(List<Message> messages) {
        return messages.stream().flatMap(message -> message.content().stream()).anyMatch(CallImages::holdsImage);
    }

    private static boolean holdsImage(Content block) {
        return block instanceof Content.Image
                || block instanceof Content.ToolResult result && result.content().stream().anyMatch(CallImages::holdsImage);
    }

    /** Returns the stored images that are sent to the provider, once for each time that they are sent. */
    static List<ImageSource.Stored> stored(WireHistory history) {
        List<ImageSource.Stored> images = new ArrayList<>();
        history.entries().forEach(entry -> entry.blocks().forEach(block -> collect(block.content(), images)));
        return images;
    }

    private static void collect(Content block, List<ImageSource.Stored> images) {
        if (block instanceof Content.Image(ImageSource.Stored image)) {
            images.add(image);
        } else if (block instanceof Content.ToolResult result) {
            result.content().forEach(inner -> collect(inner, images));
        }
    }

    /** Returns the bytes that these images take as base64. An image that is sent twice is written twice. */
    static long size(List<ImageSource.Stored> images) {
        return images.stream().mapToLong(image -> (image.bytes() + 2L) / 3 * 4).sum();
    }

    /** Returns the messages that show images to the model, in conversation order. */
    static List<MessageId> shownBy(WireHistory history, List<Message> messages) {
        return places(history).mapToObj(at -> messages.get(at).id()).toList();
    }

    /** Returns whether no image belongs to the input that is answered. */
    static boolean areOld(WireHistory history, List<Message> messages) {
        int input = input(messages);
        return places(history).noneMatch(at -> at >= input);
    }

    private static IntStream places(WireHistory history) {
        return history.entries().stream().flatMap(entry -> entry.blocks().stream())
                .filter(block -> holdsImage(block.content())).mapToInt(WireHistory.Placed::message).distinct().sorted();
    }

    /** Returns the index at which the input begins. Results of tools belong to the user message before the calls. */
    private static int input(List<Message> messages) {
        int at = Math.max(0, messages.size() - 1);
        while (at > 0 && !(messages.get(at) instanceof Message.User)) {
            at--;
        }
        return at;
    }

    /**
     * Returns the messages with image bytes in the place of hashes.
     *
     * @param wanted SHA-256 of the images that are sent; other images stay as they are
     * @param found bytes by SHA-256; a missing image becomes a text that says so
     */
    static List<Message> inline(List<Message> messages, Set<String> wanted, Map<String, ImageBytes> found) {
        return messages.stream().map(message -> message.withContent(inlineBlocks(message.content(), wanted, found))).toList();
    }

    private static List<Content> inlineBlocks(List<Content> blocks, Set<String> wanted, Map<String, ImageBytes> found) {
        return blocks.stream().map(block -> switch (block) {
            case Content.Image(ImageSource.Stored image) when wanted.contains(image.sha256()) ->
                inline(found.get(image.sha256()));
            case Content.ToolResult result ->
                new Content.ToolResult(result.callId(), inlineBlocks(result.content(), wanted, found), result.error());
            case Content.Image _,Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ ->
                block;
        }).toList();
    }

    private static Content inline(@Nullable ImageBytes image) {
        return image == null ? new Content.Text("[an image that is no longer stored]")
                : new Content.Image(new ImageSource.Inline(image.mediaType(), image.base64()));
    }
}

package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.WireHistory;
import java.util.List;
import java.util.stream.IntStream;

/** Finds the messages of a call that show pictures to the model. */
final class SentPictures {
    private SentPictures() {
    }

    /** Returns these messages in conversation order. */
    static List<MessageId> messages(WireHistory history, List<Message> messages) {
        return places(history).mapToObj(at -> messages.get(at).id()).toList();
    }

    /** Returns whether none of these messages belongs to the input that is answered. */
    static boolean isOld(WireHistory history, List<Message> messages) {
        int input = input(messages);
        return places(history).noneMatch(at -> at >= input);
    }

    private static IntStream places(WireHistory history) {
        return history.entries().stream().flatMap(entry -> entry.blocks().stream())
                .filter(block -> isPicture(block.content())).mapToInt(WireHistory.Placed::message).distinct().sorted();
    }

    private static boolean isPicture(Content block) {
        return block instanceof Content.Image
                || block instanceof Content.ToolResult result && result.content().stream().anyMatch(SentPictures::isPicture);
    }

    /** Returns the index at which the input begins. Results of tools belong to the user message before the calls. */
    private static int input(List<Message> messages) {
        int at = Math.max(0, messages.size() - 1);
        while (at > 0 && !(messages.get(at) instanceof Message.User)) {
            at--;
        }
        return at;
    }
}

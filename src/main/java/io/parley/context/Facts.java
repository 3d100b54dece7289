package io.parley.context;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the session's facts where the model reads them as data: at the head of the first user message, marked, and not in
 * the system prompt, whose rank they must not have.
 */
final class Facts {
    private Facts() {
    }

    /** The messages with the facts in the first one. */
    static List<Message> before(List<Message> messages, List<String> facts) {
        if (facts.isEmpty() || messages.isEmpty()) {
            return messages;
        }
        Message first = messages.getFirst();
        List<Content> content = new ArrayList<>(first.content().size() + 1);
        content.add(new Content.Text(text(facts)));
        content.addAll(first.content());
        List<Message> marked = new ArrayList<>(messages);
        marked.set(0, new Message.User(first.meta(), content));
        return marked;
    }

    static String text(List<String> facts) {
        StringBuilder text = new StringBuilder("<facts>\n");
        facts.forEach(fact -> text.append("- ").append(fact.replace("</facts>", "< /facts>")).append('\n'));
        return text.append("</facts>").toString();
    }
}

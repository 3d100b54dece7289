package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Role;
import io.parley.conversation.Violation;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** What a turn's request may say, and what it then answers. */
final class InputRules {
    private InputRules() {
    }

    static List<Violation> violations(TurnRequest request) {
        List<Violation> violations = new ArrayList<>();
        List<Content> content = request.content();
        if (request.regenerate() && content != null) {
            violations.add(
                    new Violation("/content", "must be left out if regenerate is true, which answers the last input again"));
        }
        if (request.regenerate() && request.replaces() != null) {
            violations.add(new Violation("/replaces", "must be left out if regenerate is true"));
        }
        if (request.replaces() != null && content == null) {
            violations.add(new Violation("/content", "is required with replaces: it is the new content of the message"));
        }
        if (content != null) {
            violations.addAll(contentViolations(content, request.replaces() != null));
        }
        return violations;
    }

    private static List<Violation> contentViolations(List<Content> content, boolean replaces) {
        if (content.isEmpty()) {
            return List.of(new Violation("/content", "must not be empty"));
        }
        long results = content.stream().filter(Content.ToolResult.class::isInstance).count();
        if (results == 0) {
            return List.of();
        }
        return results < content.size() || replaces
                ? List.of(new Violation("/content",
                        "must not combine tool results with text, images or replaces: send these in another turn"))
                : List.of();
    }

    /**
     * What the request answers.
     *
     * @param take makes a content storable
     */
    static Uni<Input> input(TurnRequest request, BiFunction<Role, List<Content>, Uni<NewMessage>> take) {
        List<Content> content = request.content();
        if (request.regenerate()) {
            return Uni.createFrom().item(new Input.Again());
        }
        if (content == null) {
            return Uni.createFrom().item(new Input.AsItStands());
        }
        Role role = content.getFirst() instanceof Content.ToolResult ? Role.TOOL : Role.USER;
        return take.apply(role, content).map(message -> request.replaces() == null ? new Input.Say(message)
                : new Input.Instead(request.replaces(), message));
    }
}

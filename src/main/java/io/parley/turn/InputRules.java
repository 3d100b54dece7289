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
            violations.add(new Violation("/content", "Leave it out with regenerate: the last input is answered again."));
        }
        if (request.regenerate() && request.replaces() != null) {
            violations.add(new Violation("/replaces", "Leave it out with regenerate."));
        }
        if (request.replaces() != null && content == null) {
            violations.add(new Violation("/content", "Say what is to stand in the place of the replaced message."));
        }
        if (content != null) {
            violations.addAll(contentViolations(content, request.replaces() != null));
        }
        return violations;
    }

    private static List<Violation> contentViolations(List<Content> content, boolean replaces) {
        if (content.isEmpty()) {
            return List.of(new Violation("/content", "Must not be empty."));
        }
        long results = content.stream().filter(Content.ToolResult.class::isInstance).count();
        if (results == 0) {
            return List.of();
        }
        return results < content.size() || replaces
                ? List.of(new Violation("/content", "Tool results stand alone: send text and images in another turn."))
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

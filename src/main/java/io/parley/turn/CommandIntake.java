package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Role;
import io.parley.conversation.Violation;
import io.parley.provider.Ability;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.parley.session.MessageIntake;
import io.parley.session.ReadRoom;
import io.parley.session.Sessions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the command of a turn before anything is stored, and makes a storable message of its content. */
@ApplicationScoped
class CommandIntake {
    private final TurnRules rules;
    private final ModelCatalogue catalogue;
    private final Sessions sessions;
    private final MessageIntake messages;

    CommandIntake(TurnRules rules, ModelCatalogue catalogue, Sessions sessions, MessageIntake messages) {
        this.rules = rules;
        this.catalogue = catalogue;
        this.sessions = sessions;
        this.messages = messages;
    }

    /** Checks a command; fails with {@code Failure.Invalid}, which names each option that breaks a rule and each image. */
    Uni<Void> check(TurnCommand command) {
        return check(command, () -> {
        });
    }

    /** Does the same with further checks between those of the options and those of the images, which may need the store. */
    Uni<Void> check(TurnCommand command, Runnable further) {
        return Uni.createFrom().deferred(() -> {
            rules.check(command.options());
            further.run();
            return checkPictures(command);
        });
    }

    /** Returns the storable form of the content; the item is null if nothing is said. */
    Uni<@Nullable NewMessage> take(TurnCommand command) {
        List<Content> said = command.said();
        if (said == null) {
            return Uni.createFrom().nullItem();
        }
        Role role = said.getFirst() instanceof Content.ToolResult ? Role.TOOL : Role.USER;
        return messages.take(command.options().model(), role, said).<@Nullable NewMessage> map(message -> message);
    }

    private Uni<Void> checkPictures(TurnCommand command) {
        List<String> pictures = pictures(command.said() == null ? List.of() : command.said(), "/content");
        if (pictures.isEmpty() || catalogue.all().stream().allMatch(model -> model.can(Ability.IMAGES))) {
            return Uni.createFrom().voidItem();
        }
        return model(command).invoke(model -> check(model, pictures)).replaceWithVoid();
    }

    private Uni<Model> model(TurnCommand command) {
        return command.options().model() != null ? Uni.createFrom().item(rules.model(command.options().model()))
                : sessions.find(command.owner(), command.session(), ReadRoom.UNBOUNDED)
                        .map(session -> rules.model(session.settings().model()));
    }

    private static void check(Model model, List<String> pictures) {
        if (!model.can(Ability.IMAGES)) {
            throw new Failure.Invalid(pictures.stream().map(pointer -> new Violation(pointer,
                    "must not be an image, because the model " + model.name() + " takes none: choose a model with the ability "
                            + "images"))
                    .toList());
        }
    }

    private static List<String> pictures(List<Content> content, String pointer) {
        List<String> pictures = new ArrayList<>();
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Content.Image) {
                pictures.add(pointer + "/" + i);
            } else if (content.get(i) instanceof Content.ToolResult result) {
                pictures.addAll(pictures(result.content(), pointer + "/" + i + "/content"));
            }
        }
        return pictures;
    }
}

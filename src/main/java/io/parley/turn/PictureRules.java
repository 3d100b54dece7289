package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.Violation;
import io.parley.provider.Ability;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.parley.session.ReadRoom;
import io.parley.session.Sessions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Refuses new pictures if the model of a turn does not accept pictures, before anything is stored. */
@ApplicationScoped
class PictureRules {
    private final TurnRules rules;
    private final ModelCatalogue catalogue;
    private final Sessions sessions;

    PictureRules(TurnRules rules, ModelCatalogue catalogue, Sessions sessions) {
        this.rules = rules;
        this.catalogue = catalogue;
        this.sessions = sessions;
    }

    /** Checks a request; fails with {@code Failure.Invalid}, which names each refused picture. */
    Uni<Void> check(TurnRequest request) {
        List<String> pictures = pictures(request.content() == null ? List.of() : request.content(), "/content");
        if (pictures.isEmpty() || catalogue.all().stream().allMatch(model -> model.can(Ability.IMAGES))) {
            return Uni.createFrom().voidItem();
        }
        return model(request).invoke(model -> check(model, pictures)).replaceWithVoid();
    }

    private Uni<Model> model(TurnRequest request) {
        return request.model() != null ? Uni.createFrom().item(rules.model(request.model()))
                : sessions.find(request.owner(), request.session(), ReadRoom.UNBOUNDED)
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

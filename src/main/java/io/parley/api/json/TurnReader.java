package io.parley.api.json;

import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.IfRunning;
import io.parley.conversation.MessageId;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.RawJson;
import io.parley.conversation.Role;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a client wants of a turn. */
@Singleton
public final class TurnReader {
    private final Limits limits;
    private final ContentReader content;
    private final GenerationReader generation;

    TurnReader(Limits limits) {
        this.limits = limits;
        this.content = new ContentReader(limits);
        this.generation = new GenerationReader(limits);
    }

    /**
     * The body of a turn; null means: as the session says.
     *
     * @param content null: nothing new is said
     */
    public record TurnBody(@Nullable List<Content> content, boolean regenerate, @Nullable MessageId replaces,
            @Nullable String model, @Nullable List<ContextSpec> context, Generation generation,
            @Nullable IfRunning ifRunning, @Nullable OnDisconnect onDisconnect, @Nullable OnCrash onCrash,
            RawJson metadata) {
        /** Of a request that says nothing. */
        public static final TurnBody NOTHING = new TurnBody(null, false, null, null, null, Generation.UNDECIDED, null, null,
                null, RawJson.EMPTY_OBJECT);

        public TurnBody {
            content = content == null ? null : List.copyOf(content);
            context = context == null ? null : List.copyOf(context);
        }
    }

    /**
     * The turn that a body asks for.
     *
     * @throws io.parley.conversation.Failure.Invalid with every broken rule
     */
    public TurnBody read(byte[] body) {
        Violations violations = new Violations();
        Fields fields = Value.of(JsonText.read(body, limits), violations).fields();
        Value said = fields.find("content");
        List<Content> blocks = said == null ? null : content.read(said, ContentReader.roleOfInput(said));
        TurnBody turn = new TurnBody(blocks, fields.truth("regenerate"),
                MessagesReader.messageId(fields.find("replaces")), fields.text("model", SettingsReader.LONGEST_MODEL),
                ContextSpecReader.read(fields.find("context")), generation.read(fields),
                fields.choice("ifRunning", IfRunning.class), fields.choice("onDisconnect", OnDisconnect.class),
                fields.choice("onCrash", OnCrash.class), fields.object("metadata", limits.metadata().asLongValue()));
        checkTogether(said, turn, violations);
        fields.refuseOthers();
        violations.throwIfAny();
        return turn;
    }

    /**
     * Policies in the form in which a body holds them as {@code context}.
     *
     * @throws io.parley.conversation.Failure.Invalid with every broken rule
     */
    public List<ContextSpec> readPolicies(String json) {
        Violations violations = new Violations();
        List<ContextSpec> policies = ContextSpecReader.read(Value.of(JsonText.read(json, limits), violations));
        violations.throwIfAny();
        return policies == null ? List.of() : policies;
    }

    private static void checkTogether(@Nullable Value said, TurnBody turn, Violations violations) {
        if (turn.regenerate && said != null) {
            violations.add("/content", "must be left out if regenerate is true, which answers the last input again");
        }
        if (turn.regenerate && turn.replaces != null) {
            violations.add("/replaces", "must be left out if regenerate is true");
        }
        if (turn.replaces != null && said == null) {
            violations.add("/content", "is required with replaces: it is the new content of the message");
        }
        if (turn.replaces != null && ContentReader.roleOfInput(said) == Role.TOOL) {
            violations.add("/content", "must not be tool results if replaces is set, because replaces edits a user message");
        }
    }
}

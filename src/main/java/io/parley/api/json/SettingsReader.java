package io.parley.api.json;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.IfRunning;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.SessionSettings;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the settings of a session; every field has a default. */
@Singleton
public final class SettingsReader {
    private static final int LONGEST_TITLE = 500;
    static final int LONGEST_MODEL = 200;
    private static final int MOST_FALLBACKS = 8;
    private static final int MOST_FACTS = 1_000;
    private final Limits limits;
    private final GenerationReader generation;
    private final @Nullable Duration defaultRetention;

    SettingsReader(Limits limits, SessionDefaults defaults) {
        this.limits = limits;
        this.generation = new GenerationReader(limits);
        this.defaultRetention = Retention.configured(defaults.retention());
    }

    /**
     * The settings that a body asks for.
     *
     * @throws io.parley.conversation.Failure.Invalid with every broken rule
     */
    public SessionSettings read(byte[] body) {
        return read(JsonText.read(body, limits));
    }

    /**
     * Settings with a JSON Merge Patch (RFC 7396) applied to their JSON form, read again as strictly as new ones.
     *
     * @param patch an object
     */
    public SessionSettings patch(SessionSettings settings, JsonText patch) {
        JsonText before = JsonText.read(SettingsJson.write(settings), limits);
        return read(JsonText.read(MergePatch.apply(before, patch), limits));
    }

    /** Reads a merge patch. The patch must be an object and may name only known fields, even where it removes them. */
    public JsonText readPatch(byte[] body) {
        JsonText patch = JsonText.read(body, limits);
        Violations violations = new Violations();
        if (patch.root() instanceof JsonValue.Members) {
            Fields fields = Value.of(patch, violations).fields();
            SessionSettings unused = settings(fields);
            fields.refuseOthers();
        } else {
            violations.add("", "must be an object, not " + patch.root().kind());
        }
        violations.throwIfAny();
        return patch;
    }

    private SessionSettings read(JsonText text) {
        Violations violations = new Violations();
        Fields fields = Value.of(text, violations).fields();
        SessionSettings settings = settings(fields);
        checkInstructions(settings, violations);
        fields.refuseOthers();
        violations.throwIfAny();
        return settings;
    }

    private SessionSettings settings(Fields fields) {
        return new SessionSettings(orElse(fields.text("title", LONGEST_TITLE), ""), fields.text("model", LONGEST_MODEL),
                orElse(fields.texts("fallbacks", MOST_FALLBACKS, LONGEST_MODEL), List.of()),
                fields.text("systemPrompt", Integer.MAX_VALUE),
                orElse(fields.texts("facts", MOST_FACTS, Integer.MAX_VALUE), List.of()),
                orElse(ContextSpecReader.read(fields.find("context")), List.<ContextSpec> of()), generation.read(fields),
                orElse(fields.choice("ifRunning", IfRunning.class), IfRunning.REJECT),
                orElse(fields.choice("onDisconnect", OnDisconnect.class), OnDisconnect.CONTINUE),
                orElse(fields.choice("onCrash", OnCrash.class), OnCrash.INTERRUPT), retention(fields.find("retention")),
                fields.object("metadata", limits.metadata().asLongValue()));
    }

    private @Nullable Duration retention(@Nullable Value value) {
        String text = value == null ? null : value.text(100);
        if (value == null || text == null) {
            return defaultRetention;
        }
        return Retention.isForEver(text) ? null
                : Retention.parse(text).orElseGet(
                        () -> value.wrong("must be an ISO-8601 duration from PT1M to P36500D, or none"));
    }

    private void checkInstructions(SessionSettings settings, Violations violations) {
        String systemPrompt = settings.systemPrompt();
        long bytes = systemPrompt == null ? 0 : Unicode.utf8Length(systemPrompt);
        for (String fact : settings.facts()) {
            bytes += Unicode.utf8Length(fact);
        }
        long most = limits.instructions().asLongValue();
        if (bytes > most) {
            violations.addTooLarge(settings.facts().isEmpty() ? "/systemPrompt" : "/facts",
                    "must be at most " + most + " bytes long, system prompt and facts together");
        }
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }
}

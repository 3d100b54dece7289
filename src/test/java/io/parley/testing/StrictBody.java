package io.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The rules that the strictest servers of all protocols share. */
final class StrictBody {
    private static final int MOST_BYTES = 32 * 1024 * 1024;
    private static final Pattern BLANK = Pattern.compile("[\\p{IsWhite_Space}\\p{Cc}\\p{Cf}]*");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private StrictBody() {
    }

    /** The reason for which a body is refused. */
    static Optional<String> refusal(FakeCall call, Consumer<JsonNode> check) {
        try {
            demand(call.body().getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES, "request too large");
            check.accept(call.json());
            return Optional.empty();
        } catch (Refused refused) {
            return Optional.of(refused.getMessage());
        }
    }

    static void demand(boolean held, String otherwise) {
        if (!held) {
            throw new Refused(otherwise);
        }
    }

    static void onlyFields(JsonNode object, Set<String> known, String at) {
        demand(object.isObject(), at + ": no object");
        object.fieldNames().forEachRemaining(name -> demand(known.contains(name), at + "." + name + ": extra inputs"));
    }

    static void text(JsonNode text, String at) {
        demand(text.isTextual() && !BLANK.matcher(text.asText()).matches(), at + ": text must be non-empty");
    }

    static void name(JsonNode name, String at) {
        demand(name.isTextual() && NAME.matcher(name.asText()).matches(), at + ": name");
    }

    /** The reason for a refusal is the message of this exception. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }
}

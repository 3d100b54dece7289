package io.parley.simulator;

import io.parley.simulator.Refused.Kind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What goes wrong on demand, by the name that stands in {@code [fail=…]}. */
final class Failures {

    private Failures() {
    }

    /** How a reply ends that has begun. */
    enum Break {
        NONE,
        /** The provider's error event. */
        ERROR,
        /** The connection breaks. */
        CUT,
        /** Nothing more comes. */
        HANG
    }

    /** What happens in the middle of the reply. */
    static Break middle(Optional<String> name) {
        return switch (name.orElse("")) {
            case "error" -> Break.ERROR;
            case "cut" -> Break.CUT;
            case "hang" -> Break.HANG;
            default -> Break.NONE;
        };
    }

    /** Refuses a request that wants to be refused. */
    static void check(Optional<String> name, Dialect dialect, int tokens) {
        if (name.orElse("").equals("context")) {
            throw dialect.contextTooLong(tokens, Math.max(1, tokens - 1));
        }
        Refused refused = refused(name.orElse(""));
        if (refused != null) {
            throw refused;
        }
    }

    /** What is reported in a stream that has begun. */
    static Refused inStream() {
        return new Refused(Kind.SERVER, "The server had an error while processing your request. Sorry about that!");
    }

    private static @Nullable Refused refused(String name) {
        return switch (name) {
            case "400" -> Refused.invalid("This request is refused on demand.");
            case "401" -> new Refused(Kind.AUTHENTICATION, "Incorrect API key provided.");
            case "403" -> new Refused(Kind.PERMISSION, "You do not have access to this model.");
            case "404" -> new Refused(Kind.NOT_FOUND, "The model does not exist or you do not have access to it.");
            case "413" -> new Refused(Kind.TOO_LARGE, "Request exceeds the maximum size.");
            case "429" -> new Refused(Kind.RATE_LIMIT, "Rate limit reached. Please try again in 1s.");
            case "quota" ->
                new Refused(Kind.QUOTA, "You exceeded your current quota, please check your plan and billing details.");
            case "500" -> inStream();
            case "503", "529" -> new Refused(Kind.OVERLOADED, "Overloaded");
            default -> null;
        };
    }
}

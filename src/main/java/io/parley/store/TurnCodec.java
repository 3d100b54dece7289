package io.parley.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.Cost;
import io.parley.conversation.MessageId;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Problem;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.turn.OpenTurn;
import io.parley.turn.TurnCommand;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Turns at rest: a head that scripts read and write, then lines of JSON of which a later one wins: the session's defaults,
 * what the opening said, what the commit said. Names in here are data at rest: never rename one.
 */
final class TurnCodec {
    private static final int HEAD_PARTS = 10;

    private TurnCodec() {
    }

    /** What a session's turns take over where they decide nothing themselves. */
    static String encodeDefaults(SessionSettings settings) {
        ObjectNode json = Json.object();
        Json.put(json, "model", settings.model());
        return Json.write(choices(json, settings.onDisconnect(), settings.onCrash()));
    }

    /** What an opening says of its turn. */
    static String encode(OpenTurn open, Instant now) {
        ObjectNode json = Json.object().put("created", now.toEpochMilli()).put("updated", now.toEpochMilli());
        TurnCommand command = open.command();
        Json.put(json, "model", command.options().model());
        json.put("metadata", command.metadata().text());
        return Json.write(choices(json, command.reaction().onDisconnect(), command.reaction().onCrash()));
    }

    /** What a commit says of its turn. */
    static String encode(Turn turn) {
        ObjectNode json = Json.object().put("updated", turn.updatedAt().toEpochMilli());
        Json.put(json, "model", turn.model());
        Json.put(json, "finish", StoredNames.FINISH_REASON.nameOrNull(turn.finishReason()));
        if (turn.usage() != null) {
            json.set("usage", encode(turn.usage()));
        }
        if (turn.cost() != null) {
            json.set("cost", encode(turn.cost()));
        }
        if (turn.problem() != null) {
            json.set("problem", encode(turn.problem()));
        }
        if (turn.context() != null) {
            json.set("context", ContextReportCodec.encode(turn.context()));
        }
        return Json.write(json);
    }

    /**
     * Reads what is stored.
     *
     * @throws CorruptRecord if it cannot be understood
     */
    static Turn decode(SessionId session, TurnId id, String value) {
        String[] parts = value.split("\\|", HEAD_PARTS + 1);
        TurnState state = parts.length <= HEAD_PARTS ? null : StoredNames.TURN_STATE.valueOrNull(parts[1]);
        if (state == null) {
            throw new CorruptRecord("a stored turn has no head");
        }
        ObjectNode json = Json.object();
        parts[HEAD_PARTS].lines().forEach(line -> json.setAll(Json.read(line)));
        return new Turn(id, session, state, number(parts[2]), new MessageId(number(parts[3])), new MessageId(number(parts[5])),
                parts[6].equals("1"), Json.text(json, "model"),
                StoredNames.FINISH_REASON.valueOrNull(Json.text(json, "finish")),
                usage(json.get("usage")), cost(json.get("cost")), problem(json.get("problem")),
                StoredNames.ON_DISCONNECT.value(Json.text(json, "onDisconnect"), OnDisconnect.CONTINUE),
                StoredNames.ON_CRASH.value(Json.text(json, "onCrash"), OnCrash.INTERRUPT),
                new RawJson(Json.text(json, "metadata", "{}")), instant(json, "created"), instant(json, "updated"),
                ContextReportCodec.decode(json.get("context")));
    }

    static ObjectNode encode(Usage usage) {
        return Json.object().put("input", usage.inputTokens()).put("cached", usage.cachedTokens())
                .put("written", usage.cacheWriteTokens()).put("output", usage.outputTokens())
                .put("reasoning", usage.reasoningTokens()).put("estimated", usage.estimated());
    }

    static @Nullable Usage usage(@Nullable JsonNode json) {
        return json == null ? null
                : new Usage(json.path("input").asLong(), json.path("cached").asLong(), json.path("written").asLong(),
                        json.path("output").asLong(), json.path("reasoning").asLong(), json.path("estimated").asBoolean());
    }

    static ObjectNode encode(Cost cost) {
        return Json.object().put("amount", cost.amount().toPlainString()).put("currency", cost.currency());
    }

    static @Nullable Cost cost(@Nullable JsonNode json) {
        return json == null ? null
                : new Cost(new BigDecimal(Json.text(json, "amount", "0")), Json.text(json, "currency", "USD"));
    }

    static ObjectNode encode(Problem problem) {
        ObjectNode json = Json.object().put("code", StoredNames.failureCode(problem.code())).put("detail", problem.detail())
                .put("retryable", problem.retryable());
        if (problem.retryAfter() != null) {
            json.put("retryAfter", problem.retryAfter().toMillis());
        }
        return json;
    }

    static @Nullable Problem problem(@Nullable JsonNode json) {
        if (json == null) {
            return null;
        }
        JsonNode after = json.get("retryAfter");
        return new Problem(StoredNames.failureCode(Json.text(json, "code")), Json.text(json, "detail", ""),
                json.path("retryable").asBoolean(), after == null ? null : Duration.ofMillis(after.asLong()));
    }

    private static ObjectNode choices(ObjectNode json, @Nullable OnDisconnect onDisconnect, @Nullable OnCrash onCrash) {
        Json.put(json, "onDisconnect", StoredNames.ON_DISCONNECT.nameOrNull(onDisconnect));
        Json.put(json, "onCrash", StoredNames.ON_CRASH.nameOrNull(onCrash));
        return json;
    }

    private static Instant instant(ObjectNode json, String name) {
        return Instant.ofEpochMilli(json.path(name).asLong());
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new CorruptRecord("a stored turn has a bad head");
        }
    }
}

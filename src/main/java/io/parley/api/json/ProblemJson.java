package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Problem;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes problems, RFC 9457. */
public final class ProblemJson {
    private ProblemJson() {
    }

    /** A request that failed, and nothing was stored. */
    public static String write(Failure failure, String requestId) {
        return Json.write(json -> {
            json.writeStartObject();
            members(json, failure.problem());
            violations(json, failure instanceof Failure.Invalid invalid ? invalid.violations() : List.of());
            TurnId running = failure instanceof Failure.Conflict conflict ? conflict.turn() : null;
            if (running != null) {
                json.writeStringField("turn", running.value());
            }
            json.writeStringField("requestId", requestId);
            json.writeEndObject();
        });
    }

    /** A turn that failed after its input had been stored. */
    public static String write(Turn turn, String requestId) {
        return write(of(turn), turn, requestId);
    }

    /** What went wrong after a turn's input had been stored. */
    public static String write(Problem problem, Turn turn, String requestId) {
        return Json.write(json -> {
            json.writeStartObject();
            members(json, problem);
            json.writeStringField("turn", turn.id().value());
            json.writeStringField("userMessage", turn.userMessage().value());
            if (turn.replyStored()) {
                json.writeStringField("message", turn.reply().value());
            }
            json.writeBooleanField("stored", true);
            json.writeStringField("requestId", requestId);
            json.writeEndObject();
        });
    }

    /** Why a turn failed. */
    public static Problem of(Turn turn) {
        Problem problem = turn.problem();
        return problem != null ? problem
                : new Problem(FailureCode.INTERRUPTED,
                        "The reply was interrupted. The text so far is kept. Try again with regenerate.", true, null);
    }

    /** How long to wait before a repetition, in whole seconds, null if nothing is known. */
    public static @Nullable Long retryAfterSeconds(Problem problem) {
        Duration wait = problem.retryAfter();
        if (wait != null) {
            return Math.max(1, wait.plusMillis(999).toSeconds());
        }
        boolean comesBack = problem.retryable() && ProblemType.of(problem.code()).status() == 503;
        return comesBack ? 1L : null;
    }

    static void writeStored(JsonGenerator json, Problem problem) throws IOException {
        json.writeStartObject();
        members(json, problem);
        json.writeEndObject();
    }

    private static void members(JsonGenerator json, Problem problem) throws IOException {
        ProblemType type = ProblemType.of(problem.code());
        Long retryAfter = retryAfterSeconds(problem);
        json.writeStringField("type", type.uri());
        json.writeStringField("title", type.title());
        json.writeNumberField("status", type.status());
        json.writeStringField("code", type.code());
        json.writeStringField("detail", problem.detail());
        json.writeBooleanField("retryable", problem.retryable());
        if (retryAfter != null) {
            json.writeNumberField("retryAfter", retryAfter);
        }
    }

    private static void violations(JsonGenerator json, List<Violation> violations) throws IOException {
        if (violations.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("errors");
        for (Violation violation : violations) {
            json.writeStartObject();
            json.writeStringField("pointer", violation.pointer());
            json.writeStringField("detail", violation.detail());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}

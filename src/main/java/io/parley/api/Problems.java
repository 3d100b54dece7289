package io.parley.api;

import io.parley.api.json.ProblemJson;
import io.parley.api.json.ProblemType;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Problem;
import io.parley.conversation.Turn;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;

/** Makes answers of failures: {@code application/problem+json}, RFC 9457. */
@Singleton
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final Logger LOG = Logger.getLogger(Problems.class);
    private static final int CONFLICT = 409;

    /** A request that failed; what is no {@link Failure} is our own fault, logged, and says nothing of its cause. */
    Response.ResponseBuilder of(Throwable error, HttpServerRequest request) {
        Failure failure = failure(error, request);
        return answer(failure.problem(), ProblemJson.write(failure, RequestIds.of(request.response())));
    }

    /** A turn that failed. */
    Response.ResponseBuilder failed(Turn turn, HttpServerRequest request) {
        return answer(ProblemJson.of(turn), ProblemJson.write(turn, RequestIds.of(request.response())));
    }

    /** A request that failed after its turn had been opened; the turn goes on. */
    Response afterOpening(Throwable error, Turn turn, HttpServerRequest request) {
        Problem problem = failure(error, request).problem();
        return answer(problem, ProblemJson.write(problem, turn, RequestIds.of(request.response()))).build();
    }

    /** Answers outside of JAX-RS. It does nothing if an answer has begun. */
    void send(Throwable error, HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (response.headWritten()) {
            return;
        }
        Failure failure = failure(error, request);
        response.setStatusCode(ProblemType.of(failure.code()).status()).putHeader("Content-Type", MEDIA_TYPE)
                .end(ProblemJson.write(failure, RequestIds.of(response)))
                .onFailure(_ -> LOG.debug("The client disconnected before its answer was sent."));
    }

    private static Response.ResponseBuilder answer(Problem problem, String json) {
        int status = ProblemType.of(problem.code()).status();
        Long retryAfter = ProblemJson.retryAfterSeconds(problem);
        Response.ResponseBuilder answer = Response.status(status).type(MEDIA_TYPE).entity(json);
        if (retryAfter != null) {
            answer.header("Retry-After", retryAfter);
        }
        // Client libraries repeat a 409 of their own accord; state does not change by that.
        return status == CONFLICT ? answer.header("x-should-retry", "false") : answer;
    }

    private static Failure failure(Throwable error, HttpServerRequest request) {
        if (error instanceof Failure failure) {
            return failure;
        }
        String id = RequestIds.of(request.response());
        LOG.errorf(WithoutMessage.of(error), "Request %s (%s) failed.", id, request.method());
        return new Failure.Invalid(FailureCode.INTERNAL_ERROR,
                "Parley has an internal error. Its log names the cause under the request id " + id + ".", List.of());
    }

    /** Where an error came from, without what it says: that may be a user's text. */
    private static final class WithoutMessage extends Exception {
        private static final long serialVersionUID = 1;

        private WithoutMessage(Throwable error) {
            super(error.getClass().getName(), error.getCause() == null ? null : of(error.getCause()));
            setStackTrace(error.getStackTrace());
        }

        static WithoutMessage of(Throwable error) {
            return new WithoutMessage(error);
        }
    }
}

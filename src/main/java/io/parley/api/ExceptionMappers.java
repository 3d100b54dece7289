package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Whatever a request may fail with becomes a problem. */
@Singleton
final class ExceptionMappers {
    private final Problems problems;
    private final CurrentVertxRequest current;

    ExceptionMappers(Problems problems, CurrentVertxRequest current) {
        this.problems = problems;
        this.current = current;
    }

    @ServerExceptionMapper(Throwable.class)
    Response any(Throwable error) {
        return problems.of(error, request()).build();
    }

    /** Named apart, as dev mode has a page of its own for it. */
    @ServerExceptionMapper(NotFoundException.class)
    Response notFound(NotFoundException error) {
        return web(error);
    }

    /** What JAX-RS itself refuses. */
    @ServerExceptionMapper(WebApplicationException.class)
    Response web(WebApplicationException error) {
        Response.ResponseBuilder answer = problems.of(failure(error, request()), request());
        Object allow = error.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allow == null ? answer.build() : answer.header(HttpHeaders.ALLOW, allow).build();
    }

    private static Throwable failure(WebApplicationException error, HttpServerRequest request) {
        return switch (error.getResponse().getStatus()) {
            case 400 -> refused(FailureCode.INVALID_REQUEST, "The request cannot be understood.");
            case 404 -> refused(FailureCode.NO_SUCH_ROUTE, "There is nothing at this path.");
            case 405 -> refused(FailureCode.METHOD_NOT_ALLOWED,
                    "This path does not know the method " + request.method().name() + ".");
            case 406 -> refused(FailureCode.NOT_ACCEPTABLE, "The answer has none of the types that Accept names.");
            case 413 -> refused(FailureCode.TOO_LARGE, "The body is too large.");
            case 415 -> refused(FailureCode.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON: Content-Type: application/json.");
            default -> error;
        };
    }

    private static Failure refused(FailureCode code, String detail) {
        return new Failure.Invalid(code, detail, List.of());
    }

    private HttpServerRequest request() {
        return current.getCurrent().request();
    }
}

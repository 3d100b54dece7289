package io.parley.api;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Whatever a request may fail with becomes a problem. */
@Singleton
final class ExceptionMappers {
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
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
        HttpServerRequest request = request();
        int status = error.getResponse().getStatus();
        String allowed = AllowedMethods.of(current.getCurrent().normalizedPath());
        if (status == METHOD_NOT_ALLOWED || (status == NOT_FOUND && !allowed.isEmpty())) {
            // JAX-RS calls a path unknown that it knows with other methods only.
            return problems.of(Refused.status(METHOD_NOT_ALLOWED, request.method().name()), request)
                    .header(HttpHeaders.ALLOW, allowed).build();
        }
        boolean clients = status >= 400 && status < 500;
        return problems.of(clients ? Refused.status(status, request.method().name()) : error, request).build();
    }

    private HttpServerRequest request() {
        return current.getCurrent().request();
    }
}

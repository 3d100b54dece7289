package io.parley.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import io.micrometer.core.instrument.config.MeterFilter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * Counts and times requests as {@code http_server_requests}. A label that a client can choose is a memory leak, as a registry
 * keeps each value for ever: so methods are those that Parley knows, and paths are templates. Quarkus' own meter of this name
 * takes both from the request and is switched off; a filter of meters would not do, as the registry also keeps what it has
 * filtered.
 */
@Singleton
final class RequestMetrics {
    private static final String NAME = "http.server.requests";
    private static final String OTHER = "OTHER";
    private static final String UNKNOWN = "UNKNOWN";
    private static final int FIRST_ERROR = 400;
    private final MeterRegistry registry;

    RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Quarkus counts the bytes of a server with its port as a label, but without where that port is 0. A registry takes no
     * meter
     * with other labels than before, and a start with one fixed port and one that is 0 would never end.
     */
    @Produces
    @Singleton
    static MeterFilter withoutPort() {
        return MeterFilter.ignoreTags("server.port");
    }

    /** Times a request until its answer has been sent or its client has left. */
    void time(RoutingContext context) {
        Timer.Sample sample = Timer.start(registry);
        context.addEndHandler(end -> sample.stop(registry.timer(NAME, tags(context.request(), end.succeeded()))));
    }

    private static Tags tags(HttpServerRequest request, boolean whole) {
        int status = request.response().getStatusCode();
        String method = request.method().name();
        return Tags.of("method", RequestHead.METHODS.contains(method) ? method : OTHER,
                "uri", template(request, status),
                "outcome", whole ? Outcome.forStatus(status).name() : Outcome.CLIENT_ERROR.name(),
                "status", whole ? Integer.toString(status) : "RESET");
    }

    private static String template(HttpServerRequest request, int status) {
        String path = request.path() == null ? "" : request.path();
        String template = AllowedMethods.template(path);
        if (template != null) {
            return template;
        }
        if (status >= FIRST_ERROR) {
            return UNKNOWN;
        }
        return path.startsWith(HttpEdge.SIMULATOR) ? HttpEdge.SIMULATOR
                : path.startsWith(HttpEdge.TECHNICAL)
                        ? HttpEdge.TECHNICAL
                        : "/";
    }
}

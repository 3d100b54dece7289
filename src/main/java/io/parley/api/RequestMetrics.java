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
 * Counts and times requests as {@code http_server_requests}. The labels hold only known methods and templates of paths, because
 * a registry keeps each value of a label for ever, and a client could otherwise fill the memory with its own values. Quarkus'
 * meter of this name takes both values from the request and is therefore switched off. A filter of meters would not help,
 * because the registry also keeps the values that a filter maps to another one.
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
     * Removes the label {@code server.port}. Quarkus labels the bytes of a server with its port, but not where the port is 0. A
     * registry refuses a meter with other labels than before, so a start with one fixed port and one port 0 would never end.
     */
    @Produces
    @Singleton
    static MeterFilter withoutPort() {
        return MeterFilter.ignoreTags("server.port");
    }

    /** Times a request until its answer has been sent or its client has disconnected. */
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

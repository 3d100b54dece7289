package io.parley.api;

import io.parley.api.json.Limits;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.turn.Drain;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** What holds for every request, before and beside JAX-RS: its id, the headers of answers, and errors of routing. */
@Singleton
final class HttpEdge {
    /** Before Quarkus looks at the length of the body. */
    private static final int FIRST = 1_000;
    /** The paths of Quarkus itself. */
    static final String TECHNICAL = "/q/";
    /** The paths of the simulated models. */
    static final String SIMULATOR = "/simulator/";
    private static final String API = "/api/";
    private static final String API_CACHING = "private, no-cache";
    private static final String PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types dompurify";
    /** The page needs none of these, so code that gets into it has none either. */
    private static final String PAGE_PERMISSIONS = "accelerometer=(), autoplay=(), camera=(), display-capture=(), "
            + "encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), "
            + "payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), "
            + "xr-spatial-tracking=()";
    private static final String FONT = ".woff2";
    private static final Logger LOG = Logger.getLogger(HttpEdge.class);
    private static final int NO_CONTENT = 204;
    private static final int NOT_FOUND = 404;
    private final Problems problems;
    private final RequestMetrics metrics;
    private final PageOrigins origins;
    private final CrossOrigin crossOrigin;
    private final Drain drain;
    private final long longestBody;

    HttpEdge(Problems problems, RequestMetrics metrics, PageOrigins origins, CrossOrigin crossOrigin,
            Drain drain, Limits limits) {
        this.problems = problems;
        this.metrics = metrics;
        this.origins = origins;
        this.crossOrigin = crossOrigin;
        this.drain = drain;
        this.longestBody = limits.body().asLongValue();
    }

    void addFilters(@Observes Filters filters) {
        filters.register(this::identify, FIRST);
    }

    /** What fails outside of JAX-RS: no route, no Host header, an error in another extension's route. */
    void addErrors(@Observes Router router) {
        router.route().order(RouteConstants.ROUTE_ORDER_AFTER_DEFAULT).failureHandler(this::fail);
        router.route().last().handler(context -> context.fail(NOT_FOUND));
    }

    /** Adds the handlers of the port of health and metrics. */
    void addManagement(@Observes ManagementInterface management) {
        Router router = management.router();
        router.route().order(-FIRST).handler(this::identifyManagement);
        router.route().order(RouteConstants.ROUTE_ORDER_AFTER_DEFAULT).failureHandler(this::fail);
        router.route().last().handler(context -> context.fail(NOT_FOUND));
    }

    private void identifyManagement(RoutingContext context) {
        ClientConnections.use(context);
        context.next();
    }

    private void identify(RoutingContext context) {
        ClientConnections.use(context);
        metrics.time(context);
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        String id = RequestIds.choose(request.getHeader(RequestIds.HEADER));
        MDC.put("requestId", id);
        response.putHeader(RequestIds.HEADER, id).putHeader("X-Content-Type-Options", "nosniff");
        if (drain.hasBegun() && request.version() != HttpVersion.HTTP_2) {
            // The next request goes where the connection goes, and shall go to another replica.
            response.putHeader("Connection", "close");
        }
        if (context.normalizedPath().startsWith(API)) {
            crossOrigin.allow(request);
        }
        Expectation.watch(context);
        Failure violation = violation(context);
        if (violation != null) {
            refuse(context, violation);
            return;
        }
        if (request.method() == HttpMethod.OPTIONS && context.normalizedPath().startsWith(API)) {
            tellMethods(context);
            return;
        }
        if (context.normalizedPath().startsWith(API)) {
            response.putHeader("Cache-Control", API_CACHING);
        } else if (!context.normalizedPath().startsWith(TECHNICAL)) {
            page(context);
        }
        context.next();
    }

    private @Nullable Failure violation(RoutingContext context) {
        HttpServerRequest request = context.request();
        Failure violation = headViolation(request);
        if (violation != null) {
            return violation;
        }
        if (declaresTooMuch(request)) {
            return Refused.bodyTooLarge(longestBody);
        }
        // The simulated models accept every key, so only the headers of the browser show which page sends a request to them.
        return context.normalizedPath().startsWith(SIMULATOR) ? origins.violation(request) : null;
    }

    private @Nullable Failure headViolation(HttpServerRequest request) {
        Failure violation = RequestHead.violation(request);
        return violation == null && origins.isForeignChange(request) ? Refused.foreignChange() : violation;
    }

    /** The chat page: nothing but its own files may run in it, and a new version is seen at once; fonts never change. */
    private static void page(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Security-Policy", PAGE_POLICY).putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Permissions-Policy", PAGE_PERMISSIONS)
                // A page that opens this one, or that this one opens, gets no hold of its window.
                .putHeader("Cross-Origin-Opener-Policy", "same-origin");
        if (!context.normalizedPath().endsWith(FONT)) {
            // The type of what is served tells less: the answer to HEAD has none.
            context.addHeadersEndHandler(_ -> response.putHeader("Cache-Control", "no-cache"));
        }
    }

    private boolean declaresTooMuch(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        // Anything longer than 18 digits is too large for a long and for us.
        return length != null && (length.length() > 18 || (length.matches("[0-9]+") && Long.parseLong(length) > longestBody));
    }

    private void refuse(RoutingContext context, Failure why) {
        HttpServerRequest request = context.request();
        request.response().putHeader("Cache-Control", API_CACHING);
        if (why.code() == FailureCode.METHOD_NOT_ALLOWED) {
            request.response().putHeader(HttpHeaders.ALLOW, AllowedMethods.of(request.path()));
        }
        Unwanted.discard(context.vertx(), request);
        problems.send(why, request);
    }

    /** Answers {@code OPTIONS}, because JAX-RS names the methods of other paths too, and names methods for unknown paths. */
    private void tellMethods(RoutingContext context) {
        String methods = AllowedMethods.of(context.normalizedPath());
        if (methods.isEmpty()) {
            refuse(context, Refused.status(NOT_FOUND, HttpMethod.OPTIONS.name()));
            return;
        }
        crossOrigin.allow(context.request(), methods);
        context.response().setStatusCode(NO_CONTENT).putHeader(HttpHeaders.ALLOW, methods).end()
                .onFailure(_ -> LOG.debug("The client disconnected before its answer was sent."));
    }

    private void fail(RoutingContext context) {
        int status = context.statusCode();
        HttpServerRequest request = context.request();
        // A path that does not begin with a slash reaches this method without passing the filters.
        Failure violation = headViolation(request);
        if (violation != null) {
            refuse(context, violation);
            return;
        }
        Throwable cause = context.failure();
        boolean clients = status >= 400 && status < 500;
        problems.send(clients || cause == null ? Refused.status(status, request.method().name()) : cause, request);
    }
}

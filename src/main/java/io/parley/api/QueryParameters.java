package io.parley.api;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.parley.conversation.Cut;
import io.parley.conversation.Failure;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters that each operation of the API knows. Parley refuses other parameters, because a mistyped parameter
 * would otherwise have no effect without an error.
 */
final class QueryParameters {
    private static final int LONGEST_NAME = 100;
    private static final String SESSIONS = "/api/v1/sessions";
    private static final String SESSION = SESSIONS + "/{id}";
    private static final Map<String, Set<String>> KNOWN = Map.of(
            "GET " + SESSIONS, Set.of("q", "limit", "before", "after"),
            "GET " + SESSION + "/messages", Set.of("superseded", "limit", "before", "after"),
            "GET " + SESSION + "/turns", Set.of("state", "limit", "before", "after"),
            "POST " + SESSION + "/turns", Set.of("thinking", "after"),
            "GET " + SESSION + "/turns/{turn}/events", Set.of("thinking", "after"),
            "GET " + SESSION + "/events", Set.of("after"),
            "GET " + SESSION + "/usage", Set.of("limit", "before", "after"),
            "GET " + SESSION + "/context", Set.of("policy"),
            "POST " + SESSION + "/context", Set.of("policy"));

    private QueryParameters() {
    }

    /** Returns the names that an operation knows; empty if it knows none or is no operation of the API. */
    static Set<String> of(String method, String template) {
        return KNOWN.getOrDefault(("HEAD".equals(method) ? "GET" : method) + " " + template, Set.of());
    }

    /**
     * Returns the reason to refuse a request of the API for a parameter that its operation does not know; null if there is
     * none.
     */
    static @Nullable Failure violation(HttpServerRequest request) {
        String query = request.query();
        String template = query == null || query.isEmpty() ? null : AllowedMethods.template(request.path());
        if (template == null || !AllowedMethods.isAllowed(request.method().name(), template)) {
            return null;
        }
        Set<String> known = of(request.method().name(), template);
        return new QueryStringDecoder(query, false).parameters().keySet().stream().filter(name -> !known.contains(name))
                .findFirst().map(name -> unknown(name, known)).orElse(null);
    }

    private static Failure unknown(String name, Set<String> known) {
        String shown = Cut.beginning(name, LONGEST_NAME);
        return Refused.parameter(shown, known.isEmpty() ? "must be left out, as this operation has no query parameters"
                : "must be left out; this operation has the query parameters "
                        + String.join(", ", known.stream().sorted().toList()));
    }
}

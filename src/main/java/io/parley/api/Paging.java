package io.parley.api;

import io.parley.api.json.Json;
import io.parley.api.json.PageJson;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parts of lists: which one a request wants, and how it is answered. */
final class Paging {
    private static final int DEFAULT_LIMIT = 50;
    private static final int LARGEST_LIMIT = 100;
    private static final Pattern CURSOR = Pattern.compile("[A-Za-z0-9._~:=+-]{1,200}");

    private Paging() {
    }

    /** The part that a request asks for. */
    static PageRequest request(HttpServerRequest request) {
        String before = cursor("before", request.getParam("before"));
        String after = cursor("after", request.getParam("after"));
        if (before != null && after != null) {
            throw Refused.parameter("after", "must not be sent together with before");
        }
        return new PageRequest(before, after, limit(request.getParam("limit")));
    }

    /**
     * The answer.
     *
     * @param onwardIsBefore whether who gives no cursor goes on with what stands before the page, as with messages, of which
     *        the newest come first and stand last
     */
    static <T> Response answer(Call call, PageRequest wanted, Page<T> page, boolean onwardIsBefore, PageJson.Item<T> item) {
        return answer(call, wanted, page, onwardIsBefore, _ -> {
        }, item);
    }

    /**
     * The answer as above, of a list of which there is something to be said as a whole.
     *
     * @param whole writes the fields that say it
     */
    static <T> Response answer(Call call, PageRequest wanted, Page<T> page, boolean onwardIsBefore, Json.Writing whole,
            PageJson.Item<T> item) {
        boolean backwards = wanted.before() != null || (wanted.after() == null && onwardIsBefore);
        boolean hasMore = (backwards ? page.before() : page.after()) != null;
        Response.ResponseBuilder answer = Answers.json(200,
                PageJson.write(whole, page.items(), hasMore, page.before(), page.after(), item));
        List<String> links = new ArrayList<>();
        link(links, call.request(), "before", page.before(), "prev");
        link(links, call.request(), "after", page.after(), "next");
        return links.isEmpty() ? answer.build() : answer.header("Link", String.join(", ", links)).build();
    }

    private static @Nullable String cursor(String name, @Nullable String value) {
        if (value != null && !CURSOR.matcher(value).matches()) {
            throw Refused.parameter(name, "must be a cursor from an earlier page");
        }
        return value;
    }

    private static int limit(@Nullable String value) {
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        int limit = value.matches("[0-9]{1,3}") ? Integer.parseInt(value) : 0;
        if (limit < 1 || limit > LARGEST_LIMIT) {
            throw Refused.parameter("limit", "must be an integer from 1 to " + LARGEST_LIMIT);
        }
        return limit;
    }

    private static void link(List<String> links, HttpServerRequest request, String cursorName, @Nullable String cursor,
            String relation) {
        if (cursor == null) {
            return;
        }
        StringBuilder query = new StringBuilder();
        for (Map.Entry<String, String> given : request.params()) {
            // The router's own parameters are those of the path.
            if (List.of("q", "state", "superseded", "limit").contains(given.getKey())) {
                query.append(given.getKey()).append('=').append(encode(given.getValue())).append('&');
            }
        }
        links.add("<" + request.path() + "?" + query + cursorName + "=" + encode(cursor) + ">; rel=\"" + relation + "\"");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

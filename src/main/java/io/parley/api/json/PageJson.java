package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes lists. */
public final class PageJson {
    private PageJson() {
    }

    /** Writes one item of a list. */
    @FunctionalInterface
    public interface Item<T> {
        /** Writes it. */
        void write(JsonGenerator json, T item) throws IOException;
    }

    /**
     * A part of a list.
     *
     * @param hasMore whether there is more in the direction of paging
     */
    public static <T> String write(List<T> items, boolean hasMore, @Nullable String before, @Nullable String after,
            Item<T> item) {
        return write(_ -> {
        }, items, hasMore, before, after, item);
    }

    /**
     * A part of a list of which there is something to be said as a whole.
     *
     * @param whole writes the fields that say it
     * @param hasMore whether there is more in the direction of paging
     */
    public static <T> String write(Json.Writing whole, List<T> items, boolean hasMore, @Nullable String before,
            @Nullable String after, Item<T> item) {
        return Json.write(json -> {
            json.writeStartObject();
            whole.to(json);
            json.writeArrayFieldStart("data");
            for (T each : items) {
                item.write(json, each);
            }
            json.writeEndArray();
            json.writeBooleanField("hasMore", hasMore);
            Json.text(json, "before", before);
            Json.text(json, "after", after);
            json.writeEndObject();
        });
    }
}

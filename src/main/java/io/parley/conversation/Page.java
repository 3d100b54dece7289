package io.parley.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param items at most as many as asked for, in the list's own order
 * @param before cursor of what stands before the first item, null if nothing does
 * @param after cursor of what stands after the last item, null if nothing does
 * @param bytes how long the items are as they are stored
 */
public record Page<T>(List<T> items, @Nullable String before, @Nullable String after, long bytes) {
    /** The most stored bytes of a page of several items. An item that is longer stands alone on its page. */
    public static final int MOST_BYTES = 1024 * 1024;

    public Page { items = List.copyOf(items); }
}

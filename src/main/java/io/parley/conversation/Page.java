package io.parley.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param items at most as many as asked for, in the list's own order
 * @param before cursor of what stands before the first item, null if nothing does
 * @param after cursor of what stands after the last item, null if nothing does
 * @param bytes the stored length of the items together
 */
public record Page<T>(List<T> items, @Nullable String before, @Nullable String after, long bytes) {
    /** The most stored bytes of a page with several items. An item that is longer is the only one of its page. */
    public static final int MOST_BYTES = 1024 * 1024;

    public Page { items = List.copyOf(items); }
}

package io.parley.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param items at most as many as asked for, in the list's own order
 * @param before cursor of what stands before the first item, null if nothing does
 * @param after cursor of what stands after the last item, null if nothing does
 */
public record Page<T>(List<T> items, @Nullable String before, @Nullable String after) {
    public Page { items = List.copyOf(items); }
}

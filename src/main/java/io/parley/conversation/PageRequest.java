package io.parley.conversation;

import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted. At most one cursor is given.
 *
 * @param before cursor from an earlier page: what stands before it
 * @param after cursor from an earlier page: what stands after it
 * @param limit the most items, 1 to 100; a page of long items has fewer ({@link Page#MOST_BYTES})
 */
public record PageRequest(@Nullable String before, @Nullable String after, int limit) {}

package io.parley.context;

import org.jspecify.annotations.Nullable;

/**
 * What the provider's prompt cache is expected to know of a request.
 *
 * @param cachedTokens of the input, expected to be read from the cache
 * @param cold why it knows nothing: {@code first}, {@code idle}, {@code model} or {@code settings}; null: it is warm
 * @param difference the first segment of the last request that is not there any more; null: all of it is
 * @param cut whether the history begins later than it did in the last request
 */
public record Forecast(long cachedTokens, @Nullable String cold, @Nullable String difference, boolean cut) {}

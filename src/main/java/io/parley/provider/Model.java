package io.parley.provider;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model as the catalogue knows it.
 *
 * @param name what clients call it
 * @param provider name of the endpoint that serves it, as configured under {@code parley.providers}
 * @param upstreamName what the provider calls it
 * @param encoding the public tokeniser that counts for it, its own or one near it, e.g. {@code o200k_base}
 * @param contextWindow tokens of input and output together
 * @param outputLimit most tokens of one reply
 * @param prices null where unknown
 * @param cacheLifetime how long a prompt cache entry lives unused; null where there is no such cache
 * @param cacheMinimum tokens below which a prefix is not cached
 * @param counting how its tokens are counted
 */
public record Model(String name, String provider, String upstreamName, String encoding, int contextWindow, int outputLimit,
        @Nullable Prices prices, @Nullable Duration cacheLifetime, int cacheMinimum, Set<Ability> abilities,
        Counting counting) {
    public Model { abilities = Set.copyOf(abilities); }

    /** Whether the model can do this. */
    public boolean can(Ability ability) {
        return abilities.contains(ability);
    }
}

package io.parley.testing;

import io.parley.provider.Ability;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Models that no provider has, for tests in which one of their traits matters. */
public final class Models {
    private Models() {
    }

    /** One whose context or counting matters. */
    public static Model counted(String name, String encoding, int window, int output, Counting counting) {
        return new Model(name, "p", name, encoding, window, output, null, null, 0, Set.of(), counting);
    }

    /** One of another name, of the same provider as a model. */
    public static Model named(String name, Model like) {
        return new Model(name, like.provider(), name, like.encoding(), like.contextWindow(), like.outputLimit(), like.prices(),
                like.cacheLifetime(), like.cacheMinimum(), like.abilities(), like.counting());
    }

    /** One whose abilities matter. */
    public static Model able(Ability... abilities) {
        return new Model("m", "p", "m", "o200k_base", 1000, 100, null, null, 0, Set.of(abilities), Counting.ESTIMATED);
    }

    /** One whose prices matter. */
    public static Model priced(@Nullable Prices prices) {
        return new Model("m", "p", "m", "o200k_base", 1000, 100, prices, null, 0, Set.of(), Counting.ESTIMATED);
    }

    /** One whose prices and prompt cache matter. */
    public static Model cached(Prices prices, @Nullable Duration lifetime, int minimum) {
        return new Model("m", "p", "m", "o200k_base", 1000, 100, prices, lifetime, minimum, Set.of(), Counting.ESTIMATED);
    }
}

package io.parley.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Makes JSON for tests: mostly as it usually is, with something odd now and then. */
public final class JsonTexts {
    private static final int USUALLY = 12;

    private JsonTexts() {
    }

    /** A member that has its usual value, and rarely one of the others. */
    public static Arbitrary<String> member(String name, String usual, String... odd) {
        return member(name, Arbitraries.just(usual), odd);
    }

    public static Arbitrary<String> member(String name, Arbitrary<String> usual, String... odd) {
        return usually(usual, Arbitraries.of(odd)).map(json -> "\"" + name + "\":" + json);
    }

    /** One kind of text, rarely the other. */
    public static Arbitrary<String> usually(Arbitrary<String> usual, Arbitrary<String> odd) {
        return Arbitraries.frequencyOf(Tuple.of(USUALLY, usual), Tuple.of(1, odd));
    }

    /** An object of these members in any order; rarely without one of them, or with one twice. */
    public static Arbitrary<String> object(List<Arbitrary<String>> members) {
        return Combinators.combine(Combinators.combine(members).as(List::copyOf), Arbitraries.oneOf(members).optional(0.1),
                Arbitraries.integers().between(0, 3 * members.size()), Arbitraries.longs()).as((all, twice, without, seed) -> {
                    List<String> chosen = new ArrayList<>(all);
                    if (without < chosen.size()) {
                        chosen.remove((int) without);
                    }
                    twice.ifPresent(chosen::add);
                    Collections.shuffle(chosen, new Random(seed));
                    return "{" + String.join(",", chosen) + "}";
                });
    }
}

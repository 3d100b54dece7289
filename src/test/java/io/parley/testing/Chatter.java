package io.parley.testing;

import java.util.List;
import java.util.Random;

/** Says things of a given length about everyday matters: the same things for the same seed. */
public final class Chatter {
    private static final List<String> WHO = List.of("The neighbour", "A friend from school", "The gardener", "Our baker",
            "The old sailor", "A colleague", "The librarian", "An aunt", "The astronomer", "A passenger on the train");
    private static final List<String> WHAT = List.of("talked about", "could not stop thinking of", "brought up",
            "wrote a long letter about", "asked everybody about", "laughed about", "was worried about", "dreamt of",
            "painted a picture of", "read a book about");
    private static final List<String> TOPIC = List.of("the weather in the mountains", "how bread is baked in winter",
            "the moons of Jupiter", "a broken bicycle", "tomatoes that would not ripen", "the price of train tickets",
            "an orchestra that plays in the park", "a recipe for lentil soup", "the history of lighthouses", "chess openings",
            "a cat that opens doors", "the new bridge over the river", "how glass is made", "sailing against the wind",
            "a film about a clockmaker", "mushrooms after the rain", "the alphabet of bees", "an exhibition of old maps");
    private static final List<String> WHEN = List.of("yesterday", "last summer", "on the way home", "over dinner",
            "before the holidays", "all morning", "once again", "in spring", "at the market", "late at night");
    private final Random random;

    public Chatter(long seed) {
        this.random = new Random(seed);
    }

    /** Sentences of together about so many characters. */
    public String about(int characters) {
        StringBuilder text = new StringBuilder();
        while (text.length() < characters) {
            text.append(text.isEmpty() ? "" : " ").append(one(WHO)).append(' ').append(one(WHAT)).append(' ')
                    .append(one(TOPIC)).append(' ').append(one(WHEN)).append('.');
        }
        return text.toString();
    }

    private String one(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    /** A number of a range, both ends included. */
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }
}

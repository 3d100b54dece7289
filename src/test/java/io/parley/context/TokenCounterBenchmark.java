package io.parley.context;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The tokens of a kilobyte of English text and of code. */
@State(Scope.Thread)
public class TokenCounterBenchmark {
    private final TokenCounter counter = new TokenCounter();
    @Param
    private Sample sample;
    @Param({ "o200k_base", "cl100k_base" })
    private String encoding;

    @Benchmark
    public int count() {
        return counter.countNow(sample.text, encoding);
    }

    /** A text of a kilobyte. */
    public enum Sample {
        ENGLISH("""
                A lighthouse keeper in the north wrote down, every evening for thirty-one years, what the weather had been \
                and which ships had passed. Nobody had asked for it. When the lamp was finally replaced by one that needed \
                no keeper, the notebooks went into a box, the box into a cellar, and the cellar, in the spring of 1987, \
                under water. What could be saved was dried page by page between sheets of blotting paper by two students, \
                who noticed something odd: on eleven days the same ship had passed twice, in the same direction, within \
                an hour. The harbour's own register knew nothing of it.

                There is, of course, a simple explanation. The keeper had a clock that stopped now and then, and he set it \
                by the sun; so an hour was written twice, and what he had seen in it as well. But the students had grown \
                fond of the other story, in which a ship goes round a small island in the fog, over and over, because its \
                captain can't bring himself to arrive. They've promised to tell it only after midnight, and "never to \
                anyone who owns a boat". """),
        CODE("""
                /** Counts the words of a text and gives the most frequent ones. */
                public static List<Map.Entry<String, Integer>> topWords(String text, int limit) {
                    Map<String, Integer> counts = new HashMap<>();
                    Matcher words = Pattern.compile("\\\\b[\\\\p{L}']{2,}\\\\b").matcher(text.toLowerCase(Locale.ROOT));
                    while (words.find()) {
                        counts.merge(words.group(), 1, Integer::sum);
                    }
                    return counts.entrySet().stream()
                            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed()
                                    .thenComparing(Map.Entry.comparingByKey()))
                            .limit(limit)
                            .toList();
                }

                private static long parseSize(String value) {
                    if (value == null || value.isBlank()) {
                        throw new IllegalArgumentException("size is missing: expected e.g. 64k, 10M or 2G");
                    }
                    char unit = Character.toUpperCase(value.charAt(value.length() - 1));
                    long factor = switch (unit) {
                        case 'K' -> 1L << 10;
                        case 'M' -> 1L << 20;
                        case 'G' -> 1L << 30;
                        default -> 1L;
                    };
                    String digits = factor == 1L ? value : value.substring(0, value.length() - 1);
                    return Math.multiplyExact(Long.parseLong(digits.strip()), factor); // overflow is an error
                }
                """);

        private final String text;

        Sample(String text) {
            this.text = text;
        }
    }
}

package io.parley.provider.minilm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.provider.minilm.Encoder.Encoded;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real model. */
class MiniLmTest {
    private static final String FACT = "My dog is called Bello and he likes long walks.";
    private static MiniLm model;

    @BeforeAll
    static void load() throws Exception {
        model = MiniLm.load();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void texts_of_like_meaning_are_near_each_other() {
        Encoded fact = model.encode(FACT);
        assertThat(fact.vector()).hasSize(384);
        assertThat(fact.tokens()).isEqualTo(12);
        assertThat(cosine(fact, fact)).isCloseTo(1, within(1e-5));
        assertThat(cosine(fact, model.encode("What was the name of my pet?"))).isGreaterThan(0.3);
        assertThat(cosine(fact, model.encode("The central bank raised its interest rate."))).isLessThan(0.1);
    }

    @Test
    void a_fact_at_the_end_of_a_long_text_counts() {
        String talk = "The central bank raised its interest rate by a quarter of a point. ".repeat(40);
        Encoded long1 = model.encode(talk);
        Encoded long2 = model.encode(talk + (FACT + " ").repeat(10));
        Encoded question = model.encode("What was the name of my pet?");
        assertThat(long2.tokens()).isGreaterThan(256);
        assertThat(cosine(long2, question)).isGreaterThan(cosine(long1, question) + 0.05);
    }

    @Test
    void of_a_very_long_text_only_the_beginning_counts() {
        String talk = "word ".repeat(254 * 4);
        assertThat(model.encode(talk + FACT).tokens()).isEqualTo(254 * 4);
        assertThat(model.encode(talk + FACT).vector()).isEqualTo(model.encode(talk).vector());
    }

    @Test
    void even_a_blank_text_has_a_vector() {
        assertThat(model.encode("").tokens()).isZero();
        assertThat(model.encode("\u0000 \n").vector()).isEqualTo(model.encode("").vector());
    }

    private static double cosine(Encoded one, Encoded other) {
        double sum = 0;
        for (int i = 0; i < one.vector().length; i++) {
            sum += (double) one.vector()[i] * other.vector()[i];
        }
        return sum;
    }
}

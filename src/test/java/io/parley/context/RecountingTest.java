package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.testing.Histories;
import io.parley.testing.Models;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecountingTest {
    private static final List<Message> HISTORY = List.of(Histories.user(1, 9_999, "one"), Histories.call(2, 9_999, "c"),
            Histories.result(3, 9_999, "c"), Histories.assistant(4, 9_999, "first"));

    @Test
    void counts_are_made_anew_for_a_model_whose_own_tokeniser_is_known_and_nothing_else_is_changed() {
        List<Message> counted = recounted(model("cl100k_base", true), HISTORY);
        assertThat(counted).extracting(Message::content).isEqualTo(HISTORY.stream().map(Message::content).toList());
        assertThat(counted).allSatisfy(message -> {
            assertThat(message.meta().tokens().tokens()).isLessThan(20);
            assertThat(message.meta().tokens().encoding()).isEqualTo("cl100k_base");
        });
        assertThat(counted).extracting(Object::getClass).isEqualTo(HISTORY.stream().map(Object::getClass).toList());
        assertThat(counted).extracting(message -> message.meta().createdAt())
                .containsOnly(HISTORY.getFirst().meta().createdAt());
    }

    @Test
    void what_serves_already_is_left_alone() {
        assertThat(recounted(model("cl100k_base", false), HISTORY)).isSameAs(HISTORY);
        assertThat(recounted(model(Histories.ENCODING, true), HISTORY)).isSameAs(HISTORY);
        assertThat(recounted(model("an unknown one", true), HISTORY)).isSameAs(HISTORY);
        List<Message> mixed = List.of(recounted(model("cl100k_base", true), HISTORY).getFirst(), HISTORY.get(3));
        List<Message> counted = recounted(model("cl100k_base", true), mixed);
        assertThat(counted.getFirst()).isSameAs(mixed.getFirst());
        assertThat(counted.getLast().meta().tokens().tokens()).isLessThan(20);
        assertThat(counted.getLast().content()).containsExactly(new Content.Text("first"));
    }

    private static List<Message> recounted(Model model, List<Message> history) {
        return Recounting.of(history, model, TestContexts.COUNTER).await().indefinitely();
    }

    private static Model model(String encoding, boolean exact) {
        return Models.counted("m", encoding, 1_000, 100, new Counting(exact, Counting.ESTIMATED.images()));
    }
}

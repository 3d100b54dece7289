package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.simulator.Prompt.Said;
import io.parley.simulator.Prompt.Speaker;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void it_lists_each_fact_of_the_messages_once_with_its_newest_value() {
        assertThat(summary("My name is Ada. My dog is Rex.", "Nice!", "My name is Grace!", "Hello.",
                "Summarise the conversation above. Note facts such as: my X is Y."))
                .isEqualTo("""
                        The user's dog is Rex.
                        The user's name is Grace.
                        The conversation so far: 4 messages.""");
    }

    @Test
    void it_goes_on_from_an_earlier_summary() {
        String earlier = "<summary>\nThe user's name is Ada.\nThe user's dog is Rex.\nThe conversation so far: 6 messages.\n"
                + "</summary>";
        String later = "<conversation>\nuser: My name is Grace.\n\nassistant: Noted: “My cat is Tom” is new.\n</conversation>";
        String expected = """
                The user's dog is Rex.
                The user's name is Grace.
                The user's cat is Tom.
                The conversation so far: 8 messages.""";
        assertThat(summary(later + "\n" + earlier + "\nSummarise the conversation in <conversation> now.")).isEqualTo(expected);
        assertThat(summary("Summarise the conversation in <conversation> now.\n" + earlier + "\n" + later)).isEqualTo(expected);
        assertThat(summary(earlier, "Ok.", "My name is Grace.", "Ok.", "Summarise the conversation above."))
                .endsWith("The user's name is Grace.\nThe conversation so far: 9 messages.");
    }

    @Test
    void without_facts_there_is_only_the_count() {
        assertThat(summary("Hi", "Summarise the conversation above")).isEqualTo("The conversation so far: 1 message.");
    }

    @Test
    void it_is_bounded_and_keeps_the_newest() {
        String much = IntStream.range(0, 100).mapToObj(i -> "My " + "abcdefghij".charAt(i / 10) + "abcdefghij".charAt(i % 10)
                + " is " + "v".repeat(60) + ".").collect(Collectors.joining(" "));
        assertThat(summary(much, "Ok.", "Summarise the conversation above")).hasSizeBetween(1900, 2000)
                .doesNotContain("The user's aa is").contains("The user's jj is").endsWith("2 messages.");
    }

    @Test
    void what_it_says_is_understood_later() {
        String summary = summary("My locker code is 4711.", "Ok.", "Summarise the conversation above");
        assertThat(Recollection.find("locker code", List.of(), List.of(summary), "").orElseThrow().fact().value())
                .isEqualTo("4711");
    }

    @Test
    void a_tag_that_is_never_closed_is_text() {
        assertThat(Notes.of("a <facts> b <facts>").own()).isEqualTo("a <facts> b <facts>");
        assertThat(Notes.of("a <summary>x</summary> b <facts source=\"m1\">y</facts> c").own()).isEqualTo("a  b  c");
        assertThat(Notes.of("<recalled><summary>x</summary></recalled>d").own()).isEqualTo("d");
    }

    private static String summary(String... texts) {
        List<Said> said = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            said.add(new Said(i % 2 == 1 && i < texts.length - 1 ? Speaker.ASSISTANT : Speaker.USER, texts[i], List.of()));
        }
        Prompt prompt = new Prompt("m", "", said, List.of(), 1000, List.of(), false, false, new Prefix(""));
        return Speech.reply(prompt, Notes.of(texts[texts.length - 1]).own());
    }
}

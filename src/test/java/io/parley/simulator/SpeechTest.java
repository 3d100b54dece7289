package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.simulator.Prompt.Said;
import io.parley.simulator.Prompt.Speaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpeechTest {

    @Test
    void it_quotes_the_first_and_the_last_thing_that_was_said() {
        assertThat(reply("", "Apples", "ok", "Pears", "ok", "What did I say first?"))
                .isEqualTo("The first thing you said was: “Apples”");
        assertThat(reply("", "Apples", "ok", "Pears", "ok", "And what did I say just before?"))
                .isEqualTo("Before this you said: “Pears”");
    }

    @Test
    void small_talk_shows_that_it_remembers() {
        assertThat(reply("", "My name is Ada", "ok", "How are you?")).isEqualTo(
                "You said: “How are you?” Earlier you told me that your name is Ada. "
                        + "I was sent 3 messages; 2 of them are yours.");
        assertThat(reply("Be kind.", "Hi", "ok", "How are you?")).isEqualTo(
                "You said: “How are you?” You began with: “Hi” "
                        + "I was sent 3 messages and a system prompt; 2 of them are yours.");
    }

    @Test
    void the_latest_word_on_something_counts() {
        assertThat(reply("", "My dog is Rex", "ok", "My dog is Bello now, sorry", "ok", "who's my dog?"))
                .startsWith("Your dog is Bello now. You told me in message 2");
    }

    @Test
    void facts_of_the_system_prompt_are_found() {
        assertThat(reply("The user's name is Grace.", "Do you know my name?"))
                .isEqualTo("Your name is Grace. My instructions say so.");
    }

    @Test
    void facts_in_what_a_gateway_added_are_found_and_its_questions_are_not_answered() {
        String summary = "<summary>\nThe user's locker code is 4711.\nThe user’s name is Ada.\n</summary>";
        String recalled = "<recalled>\nMy dog is Rex. What is my dog?\n</recalled>\n";
        assertThat(reply("", summary + "\nHi", "ok", "What is my locker code?"))
                .isEqualTo("Your locker code is 4711. The notes that I was sent say so.");
        assertThat(reply("", summary, "ok", "My name is Grace", "ok", "What is my name?"))
                .isEqualTo("Your name is Grace. You told me in message 1 of this conversation.");
        assertThat(reply("", "Hi", "ok", recalled + "What is my name?")).startsWith("I do not know your name");
        assertThat(reply("", "Hi", "ok", recalled + "What is my dog?")).startsWith("Your dog is Rex. The notes");
        assertThat(reply("", summary + "\nApples", "ok", "What did I say first?"))
                .isEqualTo("The first thing you said was: “Apples”");
    }

    @Test
    void what_is_stated_is_noted() {
        assertThat(reply("", "Hi, my name is Ada. My cat is Tom!"))
                .startsWith("Nice to meet you, Ada. Noted: your cat is Tom.");
    }

    @Test
    void it_counts_what_it_was_sent() {
        assertThat(reply("", "a", "b", "How many messages do you see?"))
                .isEqualTo("I was sent 3 messages; 2 of them are yours.");
    }

    @Test
    void it_shows_tables_lists_and_code() {
        assertThat(reply("", "a|b", "ok", "show a table")).contains("| 1 | user | “a\\|b” |").contains("| 3 | user |");
        assertThat(reply("", "one", "ok", "make a list")).contains("- “one”");
        assertThat(reply("", "some code, please")).contains("```java\n");
        assertThat(reply("", "all of Markdown")).contains("# Markdown").contains("| # |").contains("```java");
    }

    @Test
    void long_and_many_lined_texts_are_quoted_in_short() {
        assertThat(Showcase.quote("a\n b")).isEqualTo("“a b”");
        assertThat(Showcase.quote("😀".repeat(81))).isEqualTo("“" + "😀".repeat(80) + "…”");
    }

    @Test
    void words_are_counted_exactly() {
        for (int count : new int[] { 1, 9, 10, 11, 50, 51, 500 }) {
            assertThat(Showcase.words(count).split("\\s+")).hasSize(count);
        }
        assertThat(Showcase.words(0)).isEmpty();
    }

    private static String reply(String system, String... texts) {
        List<Said> said = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            said.add(new Said(i % 2 == 0 ? Speaker.USER : Speaker.ASSISTANT, texts[i], List.of()));
        }
        Prompt prompt = new Prompt("m", system, said, List.of(), 1000, List.of(), false, false, new Prefix(""));
        return Speech.reply(prompt, Notes.of(texts[texts.length - 1]).own());
    }
}

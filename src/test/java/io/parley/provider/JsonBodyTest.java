package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonBodyTest {

    @Test
    void writes_characters_as_they_are_and_halves_of_them_as_replacements() {
        assertThat(JsonBody.write(json -> json.writeString("ü🙂\n")).toString()).isEqualTo("\"ü🙂\\n\"");
        assertThat(JsonBody.write(json -> json.writeString("a\ud83db")).toString()).contains("a", "b");
    }
}

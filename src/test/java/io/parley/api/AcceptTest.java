package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "none", textBlock = """
            none                                              | json
            ``                                                | json
            */*                                               | json
            application/json                                  | json
            application/*                                     | json
            text/event-stream                                 | events
            TEXT/Event-Stream                                 | events
            text/*                                            | events
            text/event-stream;charset=utf-8                   | events
            text/event-stream, */*                            | events
            text/event-stream, application/json;q=0.9         | events
            text/event-stream;q=0.5, application/json         | json
            application/json, text/event-stream               | json
            text/event-stream, application/json               | events
            */*, text/event-stream;q=0                        | json
            text/event-stream; q=0.8, */*; q=0.1              | events
            text/html, application/xhtml+xml, */*;q=0.8       | json
            text/html                                         | neither
            image/png, application/xml                        | neither
            application/json;q=0, text/event-stream;q=0       | neither
            */*;q=0                                           | neither
            nonsense                                          | neither
            application/json;q=2                              | neither
            """)
    void the_form_of_an_answer_follows_the_header(String header, String form) {
        Accept accept = new Accept(header);

        String chosen = !accept.takesJson() && !accept.takesEvents() ? "neither" : accept.prefersEvents() ? "events" : "json";
        assertThat(chosen).isEqualTo(form);
    }
}

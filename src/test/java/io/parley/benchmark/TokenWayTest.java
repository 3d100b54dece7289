package io.parley.benchmark;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.parley.testing.TokenStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The benchmark of the way of a token must lose no token, and must wait for no token that never comes. */
class TokenWayTest {
    private static final int TOKENS = 200;

    @ParameterizedTest
    @CsvSource({ "PARLEY, OPENAI_RECORDED, false", "PARLEY, OPENAI_SHORT, true", "PARLEY, ANTHROPIC_RECORDED, true",
            "VERTX, OPENAI_RECORDED, false", "VERTX, ANTHROPIC_RECORDED, false" })
    void every_token_of_several_replies_reaches_its_client(TokenWay.Relay relay, TokenStream stream, boolean cut) {
        try (TokenWay way = new TokenWay(relay, 3, Pieces.of(stream, cut, TOKENS))) {
            assertThatCode(() -> {
                for (int reply = 0; reply < 2; reply++) {
                    way.begin();
                    way.send(TOKENS + TOKENS / 2);
                    way.end();
                }
            }).doesNotThrowAnyException();
        }
    }
}

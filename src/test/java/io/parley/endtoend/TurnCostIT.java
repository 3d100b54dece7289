package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.testing.ChatClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What a turn costs Redis does not depend on how long the conversation is. Counted by Redis itself. */
class TurnCostIT {
    private static final int BATCH = 500;
    private static final String SESSION = "{\"model\":\"gpt-4o-mini\",\"context\":"
            + "{\"policy\":\"token-budget\",\"maxTokens\":400}}";

    @Test
    void a_turn_takes_two_round_trips_and_the_same_bytes_after_100_and_after_10000_messages() {
        try (RedisServer redis = RedisServer.create(); FakeProvider provider = FakeProvider.start()) {
            provider.always(FakeReply.saying("A short ", "reply."));
            try (Gateway gateway = Gateway.start(Map.of("quarkus.redis.hosts", redis.url(),
                    "parley.providers.openai.base-url", provider.openAiUrl().toString(),
                    "parley.providers.openai.api-key", "sk-test",
                    // The search for turns that others have left would be counted too.
                    "parley.turns.sweep", "1H"))) {
                ChatClient client = gateway.client();
                Cost little = costOfTurn(redis, client, sessionWith(client, 100));
                int sentForLittle = provider.calls().getLast().json().get("messages").size();
                Cost much = costOfTurn(redis, client, sessionWith(client, 10_000));
                int sentForMuch = provider.calls().getLast().json().get("messages").size();

                assertThat(sentForMuch).isEqualTo(sentForLittle).isGreaterThan(5);
                assertThat(little.scripts()).isEqualTo(2);
                assertThat(much.scripts()).isEqualTo(2);
                assertThat((double) much.bytesIn()).isCloseTo(little.bytesIn(), Percentage.withPercentage(5));
                assertThat((double) much.bytesOut()).isCloseTo(little.bytesOut(), Percentage.withPercentage(5));
                assertThat(much.otherCommands()).isCloseTo(little.otherCommands(), within(0L));
            }
        }
    }

    private static String sessionWith(ChatClient client, int messages) {
        String session = client.createSession(SESSION);
        for (int from = 0; from < messages; from += BATCH) {
            String list = IntStream.range(from, Math.min(messages, from + BATCH))
                    .mapToObj(i -> "{\"role\":\"" + (i % 2 == 0 ? "user" : "assistant")
                            + "\",\"content\":\"A message of always the same length, number " + (10_000 + i) + ".\"}")
                    .collect(Collectors.joining(",", "[", "]"));
            assertThat(client.send("POST", "/sessions/" + session + "/messages", list).status()).isEqualTo(201);
        }
        assertThat(client.say(session, "Warm up.").status()).isEqualTo(201);
        return session;
    }

    private static Cost costOfTurn(RedisServer redis, ChatClient client, String session) {
        Cost before = Cost.read(redis);
        assertThat(client.say(session, "And now?").status()).isEqualTo(201);
        return Cost.read(redis).minus(before);
    }

    /** What Redis has counted: scripts run, other commands sent by clients, bytes read and written. */
    record Cost(long scripts, long otherCommands, long bytesIn, long bytesOut) {

        static Cost read(RedisServer redis) {
            String stats = redis.info("stats");
            String commands = redis.info("commandstats");
            long scripts = value(commands, "cmdstat_evalsha:calls=(\\d+)") + value(commands, "cmdstat_eval:calls=(\\d+)");
            return new Cost(scripts, value(commands, "cmdstat_hmget:calls=(\\d+)"),
                    value(stats, "total_net_input_bytes:(\\d+)"), value(stats, "total_net_output_bytes:(\\d+)"));
        }

        private static long value(String info, String pattern) {
            Matcher found = Pattern.compile(pattern).matcher(info);
            return found.find() ? Long.parseLong(found.group(1)) : 0;
        }

        Cost minus(Cost before) {
            return new Cost(scripts - before.scripts, otherCommands - before.otherCommands, bytesIn - before.bytesIn,
                    bytesOut - before.bytesOut);
        }
    }
}

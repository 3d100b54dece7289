package io.parley.store;

import static io.parley.testing.Talk.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.testing.RedisServer;
import io.vertx.core.Context;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands that are sent in one turn of an event loop leave together, and each has an answer of its own. */
class GatheredWritesTest {
    private static final int COMMANDS = 50;
    private final RedisServer server = RedisServer.create();
    private final Stores stores = Stores.silentOnOneConnection(server.url());

    @AfterEach
    void close() {
        stores.close();
        server.close();
    }

    /** Asks on an event loop, all in one turn of it. */
    private List<CompletableFuture<Response>> ask(List<List<String>> sets) {
        await(stores.gate().send(Command.PING, List.of()));
        CompletableFuture<List<CompletableFuture<Response>>> asked = new CompletableFuture<>();
        Context loop = stores.loops().getFirst();
        loop.runOnContext(_ -> {
            List<CompletableFuture<Response>> answers = new ArrayList<>();
            for (List<String> set : sets) {
                answers.add(stores.gate().send(Command.HSET, set).subscribeAsCompletionStage());
            }
            asked.complete(answers);
        });
        return asked.join();
    }

    private long reads() {
        Matcher found = Pattern.compile("total_reads_processed:(\\d+)").matcher(server.info("stats"));
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static List<List<String>> sets() {
        List<List<String>> sets = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            sets.add(List.of("key" + i, "field", "value"));
        }
        return sets;
    }

    @Test
    void redis_reads_once_for_all_commands_of_a_turn() {
        ask(sets()).forEach(CompletableFuture::join);
        long before = reads();
        ask(sets()).forEach(CompletableFuture::join);
        // One read for the commands, one for the PING before them, one for this count, and one for the end of the count before.
        assertThat(reads() - before).isLessThanOrEqualTo(4);
    }

    @Test
    void a_command_that_fails_harms_none_that_left_with_it() {
        server.command("SET key7 text");
        List<CompletableFuture<Response>> answers = ask(sets());
        for (int i = 0; i < COMMANDS; i++) {
            CompletableFuture<Response> answer = answers.get(i);
            if (i == 7) {
                assertThatThrownBy(answer::join).hasRootCauseInstanceOf(IllegalStateException.class);
            } else {
                assertThat(answer.join().toInteger()).isOne();
            }
        }
    }
}

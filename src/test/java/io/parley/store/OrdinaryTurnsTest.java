package io.parley.store;

import static io.parley.testing.Talk.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.context.ContextState;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.stream.LeaseTimes;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.parley.turn.CommitTurn;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The block in which the scripts open and end an ordinary turn decides and stores as the rest of the script does: two sessions
 * go through the same turns, one of them with scripts that lack the block.
 */
class OrdinaryTurnsTest {
    private static final LeaseTimes TIMES = new LeaseTimes(() -> Duration.ofSeconds(15));
    private static final StoreLimits LIMITS = new Stores.Limits(12, 3_000);
    /** What the clock or chance has given: a lease, an end, a time of a record, the name of a request. */
    private static final Pattern OWN = Pattern.compile("\\b1[6-9]\\d{11}\\b|\\b[0-9a-f]{16}\\b");
    private static RedisServer server;
    private static Stores stores;

    /** Gives all that a session holds, each value in a line that begins with the number of its key. */
    private static final String DUMP = "local all = {} for i, key in ipairs(KEYS) do local kind = redis.call('TYPE', key).ok "
            + "local function add(name, value) all[#all + 1] = i .. ' ' .. name .. '=' .. string.gsub(value, '\\n', ' ') end "
            + "add(kind, redis.call('PTTL', key) > 0 and 'ends' or 'stays') "
            + "local pairs = kind == 'hash' and redis.call('HGETALL', key) "
            + "or kind == 'zset' and redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') or {} "
            + "for j = 1, #pairs, 2 do add(pairs[j], pairs[j + 1]) end "
            + "for _, entry in ipairs(kind == 'stream' and redis.call('XRANGE', key, '-', '+') or {}) do "
            + "add(entry[1], table.concat(entry[2], ' ')) end end return table.concat(all, '\\n')";

    /** What is done with both sessions. */
    enum Kind {
        SAY,
        STANDS,
        AGAIN,
        INSTEAD,
        WITH_KEY,
        REMOVE,
        FOR_EVER
    }

    /**
     * A turn, or something that is done between turns.
     *
     * @param plan for the next turn
     * @param reply its length, 0 for none
     * @param events how many the end of the turn stores
     */
    record Step(Kind kind, ReadPlan plan, int reply, int events) {}

    @BeforeContainer
    static void start() {
        server = RedisServer.create("--appendfsync", "no");
        stores = Stores.on(server.url());
    }

    @AfterContainer
    static void stop() {
        stores.close();
        server.close();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Kind> kinds = Arbitraries.oneOf(Arbitraries.just(Kind.SAY), Arbitraries.just(Kind.SAY),
                Arbitraries.just(Kind.SAY), Arbitraries.of(Kind.class));
        Arbitrary<ReadPlan> plans = Combinators.combine(Arbitraries.of(0L, 0L, 1L, 3L), Arbitraries.of(0L, 0L, 1L),
                Arbitraries.of(0, 1, 2, 4), Arbitraries.of(0L, 0L, 30L)).as(ReadPlan::new);
        return Combinators.combine(kinds, plans, Arbitraries.of(20, 20, 20, 300, 0), Arbitraries.integers().between(0, 3))
                .as(Step::new).list().ofMinSize(1).ofMaxSize(12);
    }

    @Property(tries = 200)
    void all_turns_are_opened_and_ended_as_they_are_without_the_block(@ForAll("steps") List<Step> steps) {
        Side ordinary = new Side(false);
        Side general = new Side(true);
        for (int n = 1; n <= steps.size(); n++) {
            assertThat(ordinary.take(steps.get(n - 1), n)).isEqualTo(general.take(steps.get(n - 1), n));
            assertThat(ordinary.stored()).isEqualTo(general.stored());
        }
    }

    /** The source of a script without its block for ordinary turns, which ends where the library stands. */
    private static String withoutBlock(Script script) {
        Matcher block = Pattern.compile("(?ms)^-- The ordinary .*?^end\n").matcher(script.source());
        assertThat(block.find()).isTrue();
        return block.replaceFirst("");
    }

    /** One of the two sessions. */
    private static final class Side {
        private final boolean withoutBlock;
        private final Talk talk = Talk.begin(stores.sessions(), stores.turns());
        private final List<TurnId> turns = new ArrayList<>();

        Side(boolean withoutBlock) {
            this.withoutBlock = withoutBlock;
        }

        /** Gives what the scripts have answered. */
        String take(Step step, int n) {
            return switch (step.kind()) {
                case REMOVE -> {
                    await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(new MessageId(n)), null)
                            .onFailure().recoverWithNull());
                    yield "";
                }
                case FOR_EVER -> {
                    await(stores.gate().send(Command.HSET, List.of(Keys.session(talk.session()), "ret", "")));
                    yield "";
                }
                case SAY, STANDS, AGAIN, INSTEAD, WITH_KEY -> turn(step, n);
            };
        }

        private String turn(Step step, int n) {
            OpenTurn request = talk.request(input(step.kind(), n), step.kind() == Kind.WITH_KEY ? Talk.key(n) : null);
            turns.add(request.turn());
            TurnOpen call = new TurnOpen(request, Instant.EPOCH, "a-replica", LIMITS, TIMES);
            Response answer = run(call);
            if (!Answers.is(answer, "OPENED")) {
                return masked(answer.toString());
            }
            Response end = run(new TurnCommit(end((Opening.Opened) call.read(answer).opening(), step),
                    RedisEventLogStore.LIFE));
            return masked(answer + "\n" + end);
        }

        private Response run(ScriptCall<?> call) {
            String source = withoutBlock ? withoutBlock(call.script()) : call.script().source();
            return await(stores.gate().send(Command.EVAL, call.script().call(source, call.keys(), call.arguments())));
        }

        private static CommitTurn end(Opening.Opened opened, Step step) {
            List<NumberedEvent> events = LongStream.rangeClosed(1, step.events())
                    .mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta("event " + id))).toList();
            CommitTurn end = Talk.end(opened.turn(), step.reply() == 0 ? TurnState.FAILED : TurnState.COMPLETED,
                    "x".repeat(step.reply()), events);
            return new CommitTurn(end.turn(), end.reply(), end.tokens(),
                    new CommitTurn.Next(step.plan(), ContextState.NEW, opened.context().version()), events);
        }

        private static Input input(Kind kind, int n) {
            return switch (kind) {
                case STANDS -> new Input.AsItStands();
                case AGAIN -> new Input.Again();
                case INSTEAD -> new Input.Instead(new MessageId(1), Talk.user("instead " + n));
                default -> new Input.Say(Talk.user("question " + n));
            };
        }

        List<String> stored() {
            List<String> keys = new ArrayList<>(Keys.of(talk.session()));
            turns.forEach(turn -> keys.add(Keys.log(talk.session(), turn.value())));
            List<String> arguments = new ArrayList<>(List.of(DUMP, Integer.toString(keys.size())));
            arguments.addAll(keys);
            return masked(await(stores.gate().send(Command.EVAL, arguments)).toString()).lines().sorted().toList();
        }

        private String masked(String text) {
            String masked = OWN.matcher(text).replaceAll("own").replace(talk.session().value(), "session");
            for (int i = 0; i < turns.size(); i++) {
                masked = masked.replace(turns.get(i).value(), "turn " + i);
            }
            return masked;
        }
    }
}

package io.parley.store;

import static io.parley.testing.Talk.assistant;
import static io.parley.testing.Talk.await;
import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.HistoryTotals;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.LastMessage;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import io.parley.turn.Target;
import io.parley.turn.TurnStore.Peeked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever is said, answered again, replaced, edited, removed, chosen and forked: the history, its versions, what a turn would
 * send and what a fork copies are those of a simple model.
 */
class HistoryModelTest {
    private static RedisServer server;
    private static Stores stores;

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

    @Property(tries = 120)
    void the_history_is_that_of_the_model(@ForAll("programs") List<Step> program) {
        Talk talk = Talk.begin(stores.sessions(), stores.turns());
        Model model = new Model();
        for (int i = 0; i < program.size(); i++) {
            Step step = program.get(i);
            if (step.kind() == Kind.FORK && model.present().size() > 0) {
                long through = pick(model.present(), step.which());
                SessionId fork = fork(talk, through);
                check(talk, model);
                Model copy = model.fork(through);
                if (step.which() % 3 == 0) {
                    choose(talk.in(fork), copy, step);
                    check(talk.in(fork), copy);
                } else {
                    model = copy;
                    talk = talk.in(fork);
                }
            } else {
                run(talk, model, step, "s" + i);
            }
            check(talk, model);
        }
    }

    private static SessionId fork(Talk talk, long through) {
        // All forks of this class together copy more than an owner may copy within a minute.
        server.command("DEL " + Keys.copied(Owner.LOCAL));
        SessionId fork = talk.session().createFork();
        assertThat(await(stores.sessions().fork(Owner.LOCAL, talk.session(), new MessageId(through), fork, null)).value().id())
                .isEqualTo(fork);
        return fork;
    }

    private static void run(Talk talk, Model model, Step step, String name) {
        String reply = step.answered() ? name + " answered" : "";
        switch (step.kind()) {
            case SAY -> {
                Turn turn = talk.opened(new Input.Say(user(name)));
                model.append(turn.userMessage().sequence(), name, true);
                model.failed = 0;
                finish(talk, model, step, turn, reply);
            }
            case UNDONE -> undone(talk, step, model, name);
            case AGAIN -> again(talk, model, step, reply);
            case INSTEAD -> instead(talk, model, step, name, reply);
            case REPEAT -> repeat(talk, model, step, reply);
            case APPEND -> {
                List<Message> added = await(stores.sessions()
                        .append(Owner.LOCAL, talk.session(), List.of(user(name), assistant(name + "b")), null)).value();
                model.append(added.get(0).id().sequence(), name, true);
                model.append(added.get(1).id().sequence(), name + "b", false);
            }
            case EDIT -> {
                if (!model.present().isEmpty()) {
                    long n = pick(model.present(), step.which());
                    await(stores.sessions().edit(Owner.LOCAL, talk.session(), new MessageId(n), null, user(name + " edited")));
                    model.texts.put(n, name + " edited");
                }
            }
            case DELETE -> {
                if (!model.present().isEmpty()) {
                    long n = pick(model.present(), step.which());
                    await(stores.sessions().remove(Owner.LOCAL, talk.session(), List.of(new MessageId(n)), null));
                    model.texts.remove(n);
                    model.live.remove(n);
                }
            }
            case CHOOSE -> choose(talk, model, step);
            case FORK -> assertThat(model.present()).isEmpty();
        }
    }

    private static void choose(Talk talk, Model model, Step step) {
        if (model.present().isEmpty()) {
            return;
        }
        List<Long> left = model.present().stream().filter(n -> !model.live.contains(n)).toList();
        long n = pick(left.isEmpty() || !step.answered() ? model.present() : left, step.which());
        Message chosen = await(stores.sessions().choose(Owner.LOCAL, talk.session(), new MessageId(n), null));
        assertThat(chosen.meta().superseded()).isFalse();
        model.choose(n);
    }

    /** Ends a turn; sometimes the session is forked before that. */
    private static void finish(Talk talk, Model model, Step step, Turn turn, String reply) {
        if (step.which() % 4 == 0) {
            Model copy = model.open().fork(pick(model.present(), step.which() / 4));
            Talk fork = talk.in(fork(talk, pick(model.present(), step.which() / 4)));
            check(fork, copy);
            choose(fork, copy, step);
            check(fork, copy);
        }
        talk.commit(turn, reply.isEmpty() ? TurnState.FAILED : TurnState.COMPLETED, reply);
        if (!reply.isEmpty()) {
            model.append(turn.reply().sequence(), reply, false);
        }
    }

    private static void again(Talk talk, Model model, Step step, String reply) {
        boolean revives = model.revivable();
        long input = revives ? model.failed : model.lastUser();
        if (input == 0) {
            return;
        }
        Turn turn = talk.opened(new Input.Again());
        assertThat(turn.userMessage().sequence()).isEqualTo(input);
        assertThat(talk.history().getLast().id()).isEqualTo(turn.userMessage());
        if (revives) {
            revive(talk, model, step, turn, reply);
            return;
        }
        model.failed = 0;
        List<Long> before = List.copyOf(model.live);
        model.live.removeIf(n -> n > input);
        finish(talk, model, step, turn, reply);
        if (reply.isEmpty()) {
            model.restore(before);
        }
    }

    private static void revive(Talk talk, Model model, Step step, Turn turn, String reply) {
        List<Long> before = List.copyOf(model.live);
        boolean replaces = model.live.removeIf(n -> n > model.place);
        model.live.add(model.failed);
        finish(talk, model, step, turn, reply);
        if (reply.isEmpty() && replaces) {
            model.restore(before);
        } else {
            model.failed = 0;
        }
    }

    private static void instead(Talk talk, Model model, Step step, String name, String reply) {
        List<Long> users = model.live.stream().filter(model.users::contains).toList();
        if (users.isEmpty()) {
            return;
        }
        long replaced = pick(users, step.which());
        Input input = new Input.Instead(new MessageId(replaced), user(name));
        IdempotencyKey key = Talk.key(Integer.parseInt(name.substring(1)));
        Turn turn = ((Opening.Opened) talk.open(input, key)).turn();
        model.request = new Replacement(input, key, turn.userMessage().sequence(), !reply.isEmpty());
        List<Long> before = List.copyOf(model.live);
        model.live.removeIf(n -> n >= replaced);
        model.append(turn.userMessage().sequence(), name, true);
        finish(talk, model, step, turn, reply);
        if (reply.isEmpty()) {
            model.restore(before);
            model.failed = turn.userMessage().sequence();
            model.place = before.stream().filter(n -> n < replaced).mapToLong(n -> n).max().orElse(0);
        } else {
            model.failed = 0;
        }
    }

    /** Repeats the last request that replaced something: its input is stored once, whatever has happened since. */
    private static void repeat(Talk talk, Model model, Step step, String reply) {
        Replacement request = model.request;
        if (request == null) {
            return;
        }
        boolean stands = !request.answered() && !model.live.isEmpty() && model.live.getLast() == request.message();
        boolean revives = !request.answered() && model.revivable() && model.failed == request.message();
        Opening opening = talk.open(request.input(), request.key());
        if (!stands && !revives) {
            assertThat(opening).isInstanceOf(Opening.Known.class);
            return;
        }
        Turn turn = ((Opening.Opened) opening).turn();
        assertThat(turn.userMessage().sequence()).isEqualTo(request.message());
        if (revives) {
            revive(talk, model, step, turn, reply);
        } else {
            finish(talk, model, step, turn, reply);
        }
        model.request = new Replacement(request.input(), request.key(), request.message(), !reply.isEmpty());
    }

    private static void undone(Talk talk, Step step, Model model, String name) {
        List<Long> users = model.live.stream().filter(model.users::contains).toList();
        Input input = users.isEmpty() || step.answered() ? new Input.Say(user(name))
                : new Input.Instead(new MessageId(pick(users, step.which())), user(name));
        OpenTurn request = talk.request(model.revivable() && step.which() % 2 == 0 ? new Input.Again() : input, null);
        await(stores.turns().open(request));
        await(stores.turns().undo(request));
    }

    private static void check(Talk talk, Model model) {
        model.stamp();
        List<String> shown = model.live.stream().map(model.texts::get).toList();
        assertThat(talk.texts()).isEqualTo(shown);
        assertThat(all(talk, false)).extracting(Talk::text).isEqualTo(shown);
        Peeked next = await(stores.turns().peek(Owner.LOCAL, new Target.Existing(talk.session()), user("?"), null));
        assertThat(next.history()).extracting(Talk::text).isEqualTo(shown);
        assertThat(next.session().totals().messages()).isEqualTo(shown.size());
        Map<SessionId, LastMessage> last = await(stores.sessions().lastMessages(Owner.LOCAL, List.of(talk.session())));
        assertThat(last.values()).extracting(LastMessage::text)
                .isEqualTo(shown.isEmpty() ? List.of() : List.of(shown.getLast()));
        List<Message> everything = all(talk, true);
        assertThat(everything).extracting(message -> message.id().sequence()).isEqualTo(model.present());
        assertThat(everything).extracting(message -> !message.meta().superseded())
                .isEqualTo(model.present().stream().map(model.live::contains).toList());
        assertThat(everything).extracting(message -> message.meta().parent())
                .isEqualTo(model.present().stream().map(model::place).map(n -> n == 0 ? null : new MessageId(n)).toList());
        long tokens = model.live.stream().mapToLong(n -> model.texts.get(n).length()).sum();
        assertThat(await(stores.sessions().find(Owner.LOCAL, talk.session())).totals())
                .isEqualTo(new HistoryTotals(model.live.size(), tokens));
    }

    /** All messages, by pages of three from the oldest on, which must be those from the newest back. */
    private static List<Message> all(Talk talk, boolean superseded) {
        List<Message> back = new ArrayList<>();
        Page<Message> page = page(talk, superseded, null, null);
        back.addAll(page.items().reversed());
        String oldest = page.items().isEmpty() ? null : page.items().getFirst().id().value();
        while (page.before() != null) {
            page = page(talk, superseded, page.before(), null);
            back.addAll(page.items().reversed());
            oldest = page.items().getFirst().id().value();
        }
        List<Message> on = new ArrayList<>(oldest == null ? List.of() : List.of(back.getLast()));
        for (String after = oldest; after != null; after = page.after()) {
            page = page(talk, superseded, null, after);
            on.addAll(page.items());
        }
        assertThat(on).isEqualTo(back.reversed());
        return on;
    }

    private static Page<Message> page(Talk talk, boolean superseded, String before, String after) {
        return await(stores.sessions().messages(Owner.LOCAL, talk.session(), superseded, new PageRequest(before, after, 3)));
    }

    private static long pick(List<Long> numbers, int which) {
        return numbers.get(which % numbers.size());
    }

    @Provide
    Arbitrary<List<Step>> programs() {
        Arbitrary<Integer> which = Arbitraries.integers().between(0, 1000);
        Arbitrary<List<Step>> one = Combinators
                .combine(
                        Arbitraries.frequencyOf(Tuple.of(8, Arbitraries.of(Kind.class)),
                                Tuple.of(6,
                                        Arbitraries.of(Kind.SAY, Kind.AGAIN, Kind.INSTEAD, Kind.REPEAT, Kind.CHOOSE,
                                                Kind.CHOOSE))),
                        which, Arbitraries.of(true, true, false))
                .as(Step::new).list().ofSize(1);
        return Arbitraries
                .frequencyOf(Tuple.of(12, one), Tuple.of(1, which.list().ofSize(3).map(HistoryModelTest::answeredLate)))
                .list().ofMaxSize(24).map(parts -> parts.stream().flatMap(List::stream).toList());
    }

    /** An edit fails and is answered after a fork; then the whole conversation is left, and the program comes back to it. */
    private static List<Step> answeredLate(List<Integer> which) {
        return List.of(new Step(Kind.INSTEAD, which.get(0), false), new Step(Kind.FORK, 3 * which.get(1), true),
                new Step(Kind.AGAIN, which.get(2), true), new Step(Kind.INSTEAD, 0, true), new Step(Kind.CHOOSE, 0, true));
    }

    enum Kind {
        SAY,
        UNDONE,
        AGAIN,
        INSTEAD,
        REPEAT,
        APPEND,
        EDIT,
        DELETE,
        CHOOSE,
        FORK
    }

    record Step(Kind kind, int which, boolean answered) {}

    /** A request that replaced something, the message that it brought, and whether a turn of its key was answered. */
    private record Replacement(Input input, IdempotencyKey key, long message, boolean answered) {}

    /** What the history must be: all texts, which of them are live, what each was said after, and when each was last live. */
    private static final class Model {
        private final Map<Long, String> texts = new TreeMap<>();
        private final List<Long> live = new ArrayList<>();
        private final List<Long> users = new ArrayList<>();
        private final Map<Long, Long> parents = new TreeMap<>();
        private final Map<Long, Integer> lastLive = new TreeMap<>();
        private int steps;
        /** The input of the newest turn if that was to replace something and failed, and the live message before it; or 0. */
        private long failed;
        private long place;
        private Replacement request;

        boolean revivable() {
            return texts.containsKey(failed) && present().getLast() == failed && (place == 0 || live.contains(place));
        }

        void append(long n, String text, boolean user) {
            texts.put(n, text);
            parents.put(n, live.isEmpty() ? 0 : live.getLast());
            live.add(n);
            if (user) {
                users.add(n);
            }
        }

        List<Long> present() {
            return List.copyOf(texts.keySet());
        }

        long lastUser() {
            return live.stream().filter(users::contains).mapToLong(n -> n).max().orElse(0);
        }

        /** The nearest message before one that has not been removed. */
        long place(long n) {
            long before = parents.get(n);
            return before == 0 || texts.containsKey(before) ? before : place(before);
        }

        /** From the first message to this one, with those that have been removed. */
        List<Long> way(long n) {
            List<Long> way = new ArrayList<>();
            for (long each = n; each != 0; each = parents.get(each)) {
                way.addFirst(each);
            }
            return way;
        }

        /** The model while a turn runs: what it replaces has been live last, unless the turn fails. */
        Model open() {
            Model open = fork(present().getLast());
            open.live.clear();
            open.live.addAll(live);
            open.stamp();
            return open;
        }

        void restore(List<Long> before) {
            live.clear();
            live.addAll(before);
        }

        /** Notes what is live after a step. */
        void stamp() {
            steps++;
            if (!live.isEmpty()) {
                way(live.getLast()).forEach(n -> lastLive.put(n, steps));
            }
        }

        void choose(long n) {
            if (live.contains(n)) {
                return;
            }
            List<Long> chosen = way(n);
            Optional<Long> next = after(n);
            while (next.isPresent()) {
                chosen.add(next.get());
                next = after(next.get());
            }
            restore(chosen.stream().filter(texts::containsKey).toList());
            failed = 0;
        }

        private Optional<Long> after(long n) {
            return lastLive.keySet().stream().filter(each -> parents.get(each) == n)
                    .max(Comparator.comparing(lastLive::get));
        }

        Model fork(long through) {
            Model fork = new Model();
            texts.forEach((n, text) -> {
                if (n <= through) {
                    fork.texts.put(n, text);
                }
            });
            parents.forEach((n, before) -> {
                if (n <= through) {
                    fork.parents.put(n, before);
                }
            });
            lastLive.forEach((n, time) -> {
                if (n <= through) {
                    fork.lastLive.put(n, time);
                }
            });
            fork.steps = steps;
            fork.users.addAll(users.stream().filter(n -> n <= through).toList());
            fork.live.addAll(way(through).stream().filter(texts::containsKey).toList());
            return fork;
        }
    }
}

package io.parley.simulator;

import io.parley.simulator.Dialect.Reply;
import io.parley.simulator.Failures.Break;
import io.parley.simulator.Prompt.Speaker;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Turns requests into what is to happen, and counts what is going on. Thread-safe. */
final class Performances {
    private final SimulatorConfig config;
    private final InstantSource clock;
    private final PromptCache cache;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger running = new AtomicInteger();

    Performances(SimulatorConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.cache = new PromptCache(clock);
    }

    /** A number that no other request has. */
    long nextNumber() {
        return numbers.incrementAndGet();
    }

    /** Takes a place among the replies in the making, if there is one; to be given back with {@link #leave()}. */
    boolean enter() {
        if (running.incrementAndGet() <= config.maxReplies()) {
            return true;
        }
        leave();
        return false;
    }

    /** Gives back the place. */
    void leave() {
        running.decrementAndGet();
    }

    /**
     * Decides what happens.
     *
     * @throws Refused where the provider would refuse the request
     */
    Performance prepare(Dialect dialect, JsonObject body, MultiMap headers, long number) {
        Prompt prompt = dialect.read(body, headers);
        String said = prompt.last().text();
        boolean byUser = prompt.last().speaker() == Speaker.USER;
        Commands commands = Commands.of(byUser ? Notes.of(said).own() : "", config);
        Failures.check(commands.failure(), dialect, prompt.prefix().tokens());
        dialect.checkWindow(prompt, commands.contextWindow());
        String question = byUser ? commands.text() : said;
        Reply reply = new Reply(number, clock.instant().getEpochSecond(), prompt,
                Answers.answer(prompt, commands, question, "call_sim" + number), dialect.cache(cache, prompt));
        return new Performance(commands, reply, dialect.script(reply, commands.tokensPerEvent()));
    }

    /** What is to happen. */
    record Performance(Commands commands, Reply reply, Script script) {

        /** Time between two pieces. */
        Duration interval() {
            return commands.interval().multipliedBy(commands.tokensPerEvent());
        }

        /** How long a reply takes that comes in one piece. */
        Duration length() {
            return commands.firstDelay().plus(interval().multipliedBy(script.count()));
        }

        /** How it is broken off. */
        Break breaks() {
            return Failures.middle(commands.failure());
        }
    }
}

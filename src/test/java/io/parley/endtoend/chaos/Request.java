package io.parley.endtoend.chaos;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One thing that a client wanted of a session, under one idempotency key, and what came of each time it asked. */
final class Request {
    /** What it was. */
    enum Kind {
        SAY,
        REPLACE,
        REGENERATE,
        STANDS;

        /** Whether it brings an input of its own. */
        boolean says() {
            return this == SAY || this == REPLACE;
        }
    }

    /** What a client knows after it has asked. */
    sealed interface Outcome {
        /**
         * It was told that its input is stored.
         *
         * @param turn null if it heard no more than that
         */
        record Acknowledged(String turn) implements Outcome {}

        /**
         * It was told that nothing is stored.
         *
         * @param owing the gateway that has to undo what may have happened all the same; null where nothing can have
         */
        record Refused(int status, String code, String owing) implements Outcome {}

        /** It was told nothing. */
        record Unknown() implements Outcome {}
    }

    private final String session;
    private final String key;
    private final Kind kind;
    private final String input;
    private final List<Outcome> outcomes = new CopyOnWriteArrayList<>();

    /** A request; {@code input} is the name of what it says, null if it says nothing. */
    Request(String session, String key, Kind kind, String input) {
        this.session = session;
        this.key = key;
        this.kind = kind;
        this.input = input;
    }

    String session() {
        return session;
    }

    /** The idempotency key. The turn carries it too, in its metadata. */
    String key() {
        return key;
    }

    Kind kind() {
        return kind;
    }

    String input() {
        return input;
    }

    void add(Outcome outcome) {
        outcomes.add(outcome);
    }

    List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    boolean isAcknowledged() {
        return outcomes.stream().anyMatch(Outcome.Acknowledged.class::isInstance);
    }

    /** Whether every answer said that nothing is stored. */
    boolean isRefused() {
        return outcomes.stream().allMatch(Outcome.Refused.class::isInstance);
    }

    @Override
    public String toString() {
        return kind + " " + key + " " + outcomes;
    }
}

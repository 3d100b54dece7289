package io.parley.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A server that clients talk to, and how. */
abstract class Target {
    static final String SESSIONS = "/api/v1/sessions";
    static final ObjectMapper JSON = new ObjectMapper();
    private final String name;
    private final int port;

    Target(String name, int port) {
        this.name = name;
        this.port = port;
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** Makes ready for clients whose slots are from 0 to less than this; before any time is taken. */
    abstract void prepare(int clients);

    /** Whether a client opens a session before it says something. */
    boolean opens() {
        return false;
    }

    /** Returns the body of the request that opens a session. */
    String opening() {
        throw new UnsupportedOperationException(name + " has no sessions");
    }

    /** A client has opened a session, with this answer. */
    void opened(int slot, String answer) {
        throw new UnsupportedOperationException(name + " has no sessions");
    }

    abstract String path(int slot);

    abstract String body(Prompt prompt);

    /** Takes an event. */
    abstract Heard hear(String event, Reception reception);

    /** Where a client that has left goes on; null where it cannot. */
    String resumePath(int slot) {
        throw new UnsupportedOperationException(name + " cannot resume");
    }

    /**
     * What is stored after a run must be what was said in it.
     *
     * @param answered whether every input has had its reply
     */
    void check(boolean answered, Tally tally) {
    }

    /** A client has been refused, with this answer: what it said must not be stored, unless the answer says that it is. */
    void refused(int slot, String answer) {
    }

    /** What an event means for the stream it came in. */
    enum Heard {
        MORE,
        END,
        FAILURE
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + text, e);
        }
    }

    static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }
}

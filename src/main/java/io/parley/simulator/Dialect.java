package io.parley.simulator;

import io.parley.simulator.PromptCache.CacheUse;
import io.parley.simulator.Prompt.Answer;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;

/** One provider's wire format. Implementations keep no state. */
interface Dialect {

    /**
     * Reads a request.
     *
     * @throws Refused where the provider would refuse it
     */
    Prompt read(JsonObject body, MultiMap headers);

    /** @throws Refused if input and reply together do not fit into the window */
    void checkWindow(Prompt prompt, int window);

    /** What the request does to the prompt cache. */
    CacheUse cache(PromptCache cache, Prompt prompt);

    /** A reply in one piece. */
    JsonObject whole(Reply reply);

    /** A reply piece by piece. */
    Script script(Reply reply, int tokensPerEvent);

    /** The HTTP status of a refusal. */
    int status(Refused.Kind kind);

    /** The body of a refusal. */
    JsonObject error(Refused refused, String requestId);

    /** The header that carries the request's id. */
    String requestIdHeader();

    /** The refusal of an input that is longer than the window. */
    Refused contextTooLong(int tokens, int window);

    /**
     * Everything that is written about one reply.
     *
     * @param number tells replies apart
     * @param created seconds since 1970
     */
    record Reply(long number, long created, Prompt prompt, Answer answer, CacheUse cache) {}
}

package io.parley.store;

import io.vertx.redis.client.Response;
import java.util.List;

/**
 * One call of a script. Each script has a record that alone knows the order of the script's keys, of its arguments and of the
 * parts of its answer.
 *
 * @param <A> what the answer means
 */
interface ScriptCall<A> {

    Script script();

    List<String> keys();

    List<String> arguments();

    /** What an answer means; throws the failure that it stands for. */
    A read(Response answer);
}

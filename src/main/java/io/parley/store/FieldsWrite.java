package io.parley.store;

import io.parley.conversation.SessionId;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes fields of a session while one of its fields still has a value. Answers whether they are written.
 *
 * @param compared the field that is compared
 * @param fields names and values in turn
 */
record FieldsWrite(SessionId session, String compared, String value, List<String> fields) implements ScriptCall<Boolean> {

    @Override
    public Script script() {
        return Script.WRITE_FIELDS;
    }

    @Override
    public List<String> keys() {
        return List.of(Keys.session(session));
    }

    @Override
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(2 + fields.size());
        arguments.add(compared);
        arguments.add(value);
        arguments.addAll(fields);
        return arguments;
    }

    @Override
    public Boolean read(Response answer) {
        return Answers.is(answer, "OK");
    }
}

package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** Anthropic's marks of what is to be cached: on a tool, on a block, or on a block inside the result of a tool. */
final class CacheControl {
    private static final String NAME = "cache_control";
    private static final int MOST = 4;
    private static final Set<String> UNMARKABLE = Set.of("thinking", "redacted_thinking");

    private CacheControl() {
    }

    /** @throws Refused in Anthropic's words, where there are too many or one stands where none may */
    static void check(JsonObject body) {
        int found = count(Fields.objects(body, "tools"), "tools") + count(Fields.objects(body, "system"), "system");
        List<JsonObject> messages = Fields.objects(body, "messages");
        for (int i = 0; i < messages.size(); i++) {
            found += count(Fields.objects(messages.get(i), "content"), "messages." + i + ".content");
        }
        if (found > MOST) {
            throw Refused.invalid("A maximum of " + MOST + " blocks with cache_control may be provided. Found " + found + ".");
        }
    }

    private static int count(List<JsonObject> blocks, String place) {
        int found = 0;
        for (int i = 0; i < blocks.size(); i++) {
            JsonObject block = blocks.get(i);
            if (block.containsKey(NAME)) {
                found++;
                checkPlace(block, place + "." + i + "." + Fields.text(block, "type"));
            }
            found += count(inner(block), place + "." + i + ".content");
        }
        return found;
    }

    private static void checkPlace(JsonObject block, String place) {
        String type = Fields.text(block, "type");
        if (UNMARKABLE.contains(type)) {
            throw Refused.invalid(place + "." + NAME + ": Extra inputs are not permitted");
        }
        if ("text".equals(type) && Fields.text(block, "text").isEmpty()) {
            throw Refused.invalid(place + ": cache_control cannot be set for empty text blocks");
        }
    }

    private static List<JsonObject> inner(JsonObject block) {
        return "tool_result".equals(Fields.text(block, "type")) ? Fields.objects(block, "content") : List.of();
    }

    /** Whether the client wants the input to be cached up to this block. */
    static boolean isOn(JsonObject block) {
        return block.containsKey(NAME) || inner(block).stream().anyMatch(CacheControl::isOn);
    }

    /** The block without marks: they move on with the conversation and are no part of what is cached. */
    static JsonObject without(JsonObject block) {
        if (!isOn(block)) {
            return block;
        }
        JsonObject copy = new JsonObject(new LinkedHashMap<>(block.getMap()));
        copy.remove(NAME);
        if (!inner(block).isEmpty()) {
            JsonArray content = new JsonArray();
            inner(block).forEach(part -> content.add(without(part)));
            copy.put("content", content);
        }
        return copy;
    }
}

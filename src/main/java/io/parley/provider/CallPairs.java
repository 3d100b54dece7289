package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pairs each tool result with the call that it answers, and gives both one id for the provider. A provider may use one id again
 * in a later reply, or twice in one reply. So a result belongs to the reply right before it, and equal ids in that reply are
 * paired in their order. Every provider refuses a call without a result, a result without a call, and two results of one call.
 * Of two results the last one counts, because a client sends it to correct the earlier one.
 * <p>
 * A sent id is the message's sequence number in six places and the call's place among the message's calls in three, both in
 * base 36. Every server accepts nine letters and digits. Such an id is unique within a session, and stays the same when a
 * history is cut or forked.
 */
public final class CallPairs {
    private static final int SEQUENCE_PLACES = 6;
    private static final int CALL_PLACES = 3;
    private static final int BASE = Character.MAX_RADIX;

    private final Map<Place, String> ids = new HashMap<>();
    private final List<Boolean> whole = new ArrayList<>();

    private CallPairs() {
    }

    /** Returns the pairs of a history in conversation order. */
    public static CallPairs of(List<Message> messages) {
        CallPairs pairs = new CallPairs();
        for (int i = 0; i < messages.size(); i++) {
            pairs.whole.add(!(messages.get(i) instanceof Message.Assistant reply) || pairs.pair(messages, i, reply));
        }
        return pairs;
    }

    /** Returns the id under which a call is sent. */
    static String wireId(long sequence, int call) {
        return places(sequence, SEQUENCE_PLACES) + places(call, CALL_PLACES);
    }

    private static String places(long number, int places) {
        long most = 1;
        for (int i = 0; i < places; i++) {
            most *= BASE;
        }
        String digits = Long.toString(Math.floorMod(number, most), BASE);
        return "0".repeat(places - digits.length()) + digits;
    }

    /** Returns the id of the call or result at a place; null if it has no partner. */
    public @Nullable String idAt(int message, int block) {
        return ids.get(new Place(message, block));
    }

    /** Returns whether every call of a message has a result. */
    public boolean isWhole(int message) {
        return whole.get(message);
    }

    private boolean pair(List<Message> messages, int at, Message.Assistant reply) {
        List<Integer> calls = calls(reply.content());
        if (calls.isEmpty()) {
            return true;
        }
        Map<String, List<Place>> answers = answersAfter(messages, at);
        Map<String, Integer> asked = counted(reply.content(), calls);
        Map<String, Integer> taken = new HashMap<>();
        boolean all = true;
        for (int i = 0; i < calls.size(); i++) {
            String id = ((Content.ToolCall) reply.content().get(calls.get(i))).id();
            List<Place> given = answers.getOrDefault(id, List.of());
            int surplus = Math.max(0, given.size() - asked.getOrDefault(id, 0));
            int next = surplus + taken.merge(id, 1, Integer::sum) - 1;
            if (next < given.size()) {
                String wire = wireId(reply.id().sequence(), i);
                ids.put(new Place(at, calls.get(i)), wire);
                ids.put(given.get(next), wire);
            } else {
                all = false;
            }
        }
        return all;
    }

    private static List<Integer> calls(List<Content> content) {
        List<Integer> calls = new ArrayList<>(0);
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Content.ToolCall) {
                calls.add(i);
            }
        }
        return calls;
    }

    private static Map<String, Integer> counted(List<Content> content, List<Integer> calls) {
        Map<String, Integer> counted = new HashMap<>();
        calls.forEach(at -> counted.merge(((Content.ToolCall) content.get(at)).id(), 1, Integer::sum));
        return counted;
    }

    private static Map<String, List<Place>> answersAfter(List<Message> messages, int reply) {
        Map<String, List<Place>> answers = new HashMap<>();
        for (int i = reply + 1; i < messages.size() && messages.get(i) instanceof Message.Tool tool; i++) {
            for (int block = 0; block < tool.content().size(); block++) {
                if (tool.content().get(block) instanceof Content.ToolResult result) {
                    answers.computeIfAbsent(result.callId(), _ -> new ArrayList<>()).add(new Place(i, block));
                }
            }
        }
        return answers;
    }

    /** The place of a block in a history. */
    private record Place(int message, int block) {}
}

package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.provider.Adaptation;
import io.parley.provider.Adaptation.Kind;
import io.parley.provider.CallPairs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the tool calls without a result and the results without a call, because no context holds them. */
final class UnpairedCalls {
    private UnpairedCalls() {
    }

    /** Returns them for a history, in its order. */
    static List<Adaptation> in(List<Message> history) {
        CallPairs pairs = CallPairs.of(history);
        List<Adaptation> found = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            Message message = history.get(i);
            for (int block = 0; block < message.content().size(); block++) {
                Kind kind = kind(message.content().get(block));
                if (kind != null && pairs.idAt(i, block) == null) {
                    found.add(new Adaptation(message.id(), kind));
                }
            }
        }
        return found.stream().distinct().toList();
    }

    private static @Nullable Kind kind(Content block) {
        return switch (block) {
            case Content.ToolCall _ -> Kind.CALL_WITHOUT_RESULT;
            case Content.ToolResult _ -> Kind.RESULT_WITHOUT_CALL;
            case Content.Text _,Content.Refusal _,Content.Image _,Content.Thinking _,Content.Opaque _ -> null;
        };
    }
}

package io.parley.provider.openai;

import io.parley.provider.ChatCall;
import io.parley.provider.Endpoint;
import io.parley.provider.WireHistory;

/** The body of a call. */
final class OpenAiBody {
    private OpenAiBody() {
    }

    static String of(Endpoint endpoint, ChatCall call) {
        WireHistory history = WireHistory.of(call.messages(), OpenAiChatProvider.rules(endpoint, call));
        return new OpenAiRequest(OpenAiQuirks.of(endpoint), call, history).render().toString();
    }
}

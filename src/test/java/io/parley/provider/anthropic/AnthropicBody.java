package io.parley.provider.anthropic;

import io.parley.provider.ChatCall;
import io.parley.provider.Endpoint;
import io.parley.provider.ProviderParts;
import io.parley.provider.WireHistory;
import io.parley.provider.WireRules;
import io.parley.provider.WireRules.Reasoning;
import java.net.URI;
import java.util.Map;

/** The body of a call to a provider that has the name of its protocol. */
final class AnthropicBody {
    private static final Endpoint ENDPOINT = ProviderParts.endpoint(AnthropicProvider.PROTOCOL, URI.create("http://127.0.0.1"),
            Map.of());

    private AnthropicBody() {
    }

    static String of(ChatCall call) {
        WireRules rules = WireRules.of(ENDPOINT, call, false, true, Reasoning.SIGNED);
        return new AnthropicRequest(call, WireHistory.of(call.messages(), rules)).render().toString();
    }
}

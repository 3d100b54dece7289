package io.parley.provider.openai;

import io.parley.conversation.ReplyEvent;
import io.parley.provider.ChatCall;
import io.parley.provider.ChatProvider;
import io.parley.provider.Endpoint;
import io.parley.provider.ProviderHttp;
import io.parley.provider.ProviderRequest;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;
import java.util.Set;

/** OpenAI's Chat Completions, and every server that speaks them: {@code POST /chat/completions}. */
@Singleton
public final class OpenAiChatProvider implements ChatProvider {
    /** The name of this protocol. */
    public static final String PROTOCOL = "openai";

    private final ProviderHttp http;

    /** Calls over this client. */
    public OpenAiChatProvider(ProviderHttp http) {
        this.http = http;
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Set<String> quirks() {
        return OpenAiQuirks.NAMES;
    }

    @Override
    public Multi<ReplyEvent> stream(Endpoint endpoint, ChatCall call) {
        return http.post(call, () -> request(endpoint, call), OpenAiReader::new);
    }

    private static ProviderRequest request(Endpoint endpoint, ChatCall call) {
        OpenAiQuirks quirks = OpenAiQuirks.of(endpoint);
        return quirks.request("chat/completions", new OpenAiRequest(quirks, call).render());
    }
}

package io.parley.provider.openai;

import io.parley.conversation.ReplyEvent;
import io.parley.provider.ChatCall;
import io.parley.provider.ChatProvider;
import io.parley.provider.Endpoint;
import io.parley.provider.ProviderHttp;
import io.parley.provider.Pictures;
import io.parley.provider.ProviderRequest;
import io.parley.provider.WireHistory;
import io.parley.provider.WireRules;
import io.parley.provider.WireRules.Reasoning;
import io.smallrye.mutiny.Multi;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** OpenAI's Chat Completions, and every server that speaks them: {@code POST /chat/completions}. */
@Singleton
public final class OpenAiChatProvider implements ChatProvider {
    /** The name of this protocol. */
    public static final String PROTOCOL = "openai";

    private final ProviderHttp http;
    private final Pictures pictures = new Pictures();

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

    @Override
    public WireHistory arranged(Endpoint endpoint, ChatCall call) {
        return WireHistory.of(call.messages(), rules(endpoint, call));
    }

    /** What the server of an endpoint takes. */
    static WireRules rules(Endpoint endpoint, ChatCall call) {
        OpenAiQuirks quirks = OpenAiQuirks.of(endpoint, call);
        Reasoning reasoning = quirks.resendReasoning() == null ? Reasoning.NONE : Reasoning.TEXT;
        return WireRules.of(endpoint, call, quirks.official(), false, reasoning);
    }

    @Override
    public @Nullable Integer origin(Endpoint endpoint, ChatCall call, int index) {
        return arranged(endpoint, call).origin(index - (OpenAiRequest.isInstructed(call) ? 1 : 0), true);
    }

    private ProviderRequest request(Endpoint endpoint, ChatCall call) {
        return OpenAiQuirks.of(endpoint).request("chat/completions", body(endpoint, call));
    }

    /** The body of a call to an endpoint. */
    Buffer body(Endpoint endpoint, ChatCall call) {
        return new OpenAiRequest(OpenAiQuirks.of(endpoint, call), call, pictures.fitted(arranged(endpoint, call))).render();
    }
}

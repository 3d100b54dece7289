package io.parley.provider.openai;

import io.parley.provider.ChatCall;
import io.parley.provider.ChatProvider;
import io.parley.provider.Endpoint;
import io.parley.provider.HardPictureLimits;
import io.parley.provider.ProviderHttp;
import io.parley.provider.Rendering;
import io.parley.provider.ReplyListener;
import io.parley.provider.WireHistory;
import io.parley.provider.WireRules;
import io.parley.provider.WireRules.Reasoning;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    public Cancellable stream(Endpoint endpoint, ChatCall call, ReplyListener listener) {
        OpenAiQuirks quirks = OpenAiQuirks.of(endpoint, call);
        return http.post(call, new Rendering(() -> arranged(endpoint, call),
                quirks.official() ? HardPictureLimits.OPENAI : HardPictureLimits.STRICTEST,
                history -> quirks.request("chat/completions", new OpenAiRequest(quirks, call, history).render())),
                OpenAiReader::new, listener);
    }

    @Override
    public WireHistory arranged(Endpoint endpoint, ChatCall call) {
        return WireHistory.of(call.messages(), rules(endpoint, call));
    }

    /** Returns the rules of the server behind an endpoint. */
    static WireRules rules(Endpoint endpoint, ChatCall call) {
        OpenAiQuirks quirks = OpenAiQuirks.of(endpoint, call);
        Reasoning reasoning = quirks.resendReasoning() == null ? Reasoning.NONE : Reasoning.TEXT;
        return WireRules.of(endpoint, call, quirks.official(), false, reasoning);
    }

    @Override
    public @Nullable Integer origin(Endpoint endpoint, ChatCall call, int index) {
        return arranged(endpoint, call).origin(index - (OpenAiRequest.isInstructed(call) ? 1 : 0), true);
    }
}

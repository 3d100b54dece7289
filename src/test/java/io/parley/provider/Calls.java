package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.TokenCount;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Calls to try things out with. */
public final class Calls {
    /** A model that can do everything. */
    public static final Model MODEL = new Model("model", "fake", "model-1", "o200k_base", 128_000, 4096, null,
            Duration.ofMinutes(5), 1024, Set.of(Ability.IMAGES, Ability.TOOLS, Ability.TEMPERATURE, Ability.STOP),
            Counting.ESTIMATED);
    private static final MessageMeta META = new MessageMeta(new MessageId(1), null, MessageStatus.COMPLETED,
            new TokenCount(1, "o200k_base"), ProviderParts.CLOCK.instant(), ProviderParts.CLOCK.instant(), 1, false);

    private Calls() {
    }

    /** One user message. */
    public static ChatCall hello() {
        return of(null, Generation.UNDECIDED, user(new Content.Text("Hi")));
    }

    /** Any call of {@link #MODEL}. */
    public static ChatCall of(String system, Generation generation, Message... messages) {
        return new ChatCall(MODEL, system, List.of(messages), generation, CacheHints.none("session-1"));
    }

    /** The same call with other hints. */
    public static ChatCall hinted(ChatCall call, CacheHints hints) {
        return new ChatCall(call.model(), call.system(), call.messages(), call.generation(), hints);
    }

    /** Said by the user. */
    public static Message user(Content... content) {
        return new Message.User(META, List.of(content));
    }

    /** Said by the model. */
    public static Message assistant(Content... content) {
        return new Message.Assistant(META, List.of(content), "model", FinishReason.STOP);
    }

    /** Results of tools. */
    public static Message tool(Content... content) {
        return new Message.Tool(META, List.of(content));
    }
}

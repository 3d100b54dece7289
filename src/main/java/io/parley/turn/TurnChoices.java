package io.parley.turn;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request decides for its turn alone; null where the session does. */
public record TurnChoices(@Nullable String model, @Nullable List<ContextSpec> context, Generation generation,
        @Nullable OnDisconnect onDisconnect, @Nullable OnCrash onCrash) {
    /** Nothing. */
    public static final TurnChoices NONE = new TurnChoices(null, null, Generation.UNDECIDED, null, null);

    public TurnChoices { context = context == null ? null : List.copyOf(context); }
}

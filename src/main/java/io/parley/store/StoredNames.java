package io.parley.store;

import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.IfRunning;
import io.parley.conversation.MessageStatus;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Role;
import io.parley.conversation.TurnState;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stored names of all enums. Data at rest: a name is added, never changed. */
final class StoredNames {
    static final Names<Role> ROLE = Names.of(Role.class, Map.of(Role.USER, "U", Role.ASSISTANT, "A", Role.TOOL, "T"));
    static final Names<TurnState> TURN_STATE = Names.of(TurnState.class, Map.of(TurnState.RUNNING, "R",
            TurnState.COMPLETED, "C", TurnState.CANCELLED, "X", TurnState.FAILED, "F", TurnState.INTERRUPTED, "I"));
    static final Names<MessageStatus> STATUS = Names.of(MessageStatus.class, Map.of(MessageStatus.COMPLETED, "completed",
            MessageStatus.CANCELLED, "cancelled", MessageStatus.FAILED, "failed", MessageStatus.INTERRUPTED, "interrupted"));
    static final Names<FinishReason> FINISH_REASON = Names.of(FinishReason.class, Map.of(FinishReason.STOP, "stop",
            FinishReason.LENGTH, "length", FinishReason.TOOL_CALLS, "tool-calls", FinishReason.REFUSAL, "refusal",
            FinishReason.CONTENT_FILTER, "content-filter", FinishReason.CANCELLED, "cancelled",
            FinishReason.INTERRUPTED, "interrupted", FinishReason.UNKNOWN, "unknown"));
    static final Names<IfRunning> IF_RUNNING = Names.of(IfRunning.class,
            Map.of(IfRunning.REJECT, "reject", IfRunning.CANCEL, "cancel", IfRunning.WAIT, "wait"));
    static final Names<OnDisconnect> ON_DISCONNECT = Names.of(OnDisconnect.class,
            Map.of(OnDisconnect.CONTINUE, "continue", OnDisconnect.CANCEL, "cancel"));
    static final Names<OnCrash> ON_CRASH = Names.of(OnCrash.class,
            Map.of(OnCrash.INTERRUPT, "interrupt", OnCrash.RESTART, "restart"));

    private StoredNames() {
    }

    /** A failure code's name is part of the API and so already fixed. */
    static String failureCode(FailureCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }

    /** The code of a stored name; an internal error if a later version has written it. */
    static FailureCode failureCode(@Nullable String name) {
        for (FailureCode code : FailureCode.values()) {
            if (failureCode(code).equals(name)) {
                return code;
            }
        }
        return FailureCode.INTERNAL_ERROR;
    }
}

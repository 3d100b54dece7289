package io.parley.conversation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a turn failed, in a form that can be stored and shown.
 *
 * @param detail one sentence a person can act on; never a provider's own text
 * @param retryable whether the same request may succeed later
 * @param retryAfter how long to wait before that, if it is known
 */
public record Problem(FailureCode code, String detail, boolean retryable, @Nullable Duration retryAfter) {}

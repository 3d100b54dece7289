package io.parley.provider;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The steps in which a provider makes the request of a call.
 *
 * @param history makes the history as the server accepts it, its pictures still unchanged
 * @param pictures the limits for a picture that cannot be made smaller
 * @param request makes the request from a history whose pictures the server accepts
 */
public record Rendering(Supplier<WireHistory> history, HardPictureLimits pictures,
        Function<WireHistory, ProviderRequest> request) {}

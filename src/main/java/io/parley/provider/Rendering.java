package io.parley.provider;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How a provider makes the request of a call.
 *
 * @param history as the server takes it, its pictures still as they came
 * @param pictures how large a picture may be that cannot be made smaller
 * @param request with a history whose pictures the server takes
 */
public record Rendering(Supplier<WireHistory> history, HardPictureLimits pictures,
        Function<WireHistory, ProviderRequest> request) {}

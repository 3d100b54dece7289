package io.parley.testing;

import java.util.Optional;

/** What a server refuses. */
@FunctionalInterface
public interface Strictness {
    /** Why a request is refused, with the path of what is wrong in it; empty if it is taken. */
    Optional<String> refusal(FakeCall call);
}

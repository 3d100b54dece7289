package io.parley.testing;

import java.util.Optional;

/** The rules by which a server refuses requests. */
@FunctionalInterface
public interface Strictness {
    /** Returns the reason for a refusal, with the path of the wrong value; empty if the request is accepted. */
    Optional<String> refusal(FakeCall call);
}

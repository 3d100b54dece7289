package io.parley.store;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names a request to Redis, so that it is known again when it is repeated because its answer was lost. No secret. */
final class RequestNames {
    private RequestNames() {
    }

    static String fresh() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}

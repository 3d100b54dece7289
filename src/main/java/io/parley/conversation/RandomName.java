package io.parley.conversation;

import java.math.BigInteger;
import java.security.SecureRandom;

/** Makes names that nobody can guess. */
final class RandomName {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LENGTH = 26;

    private RandomName() {
    }

    /** 128 random bits as 26 characters of {@code [0-9a-v]}. */
    static String of128Bits() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        String digits = new BigInteger(1, bytes).toString(32);
        return "0".repeat(LENGTH - digits.length()) + digits;
    }
}

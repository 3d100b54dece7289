package io.parley.benchmark;

/** Compares a reply with what the provider must have said, as it comes, and takes the time of every token. */
final class Reception {
    private final Prompt prompt;
    private final Stamps stamps;
    private final Tally tally;
    private final boolean timed;
    private final long begun = System.nanoTime();
    private final long calls;
    private String expected;
    private int token;
    private int at;
    private boolean corrupt;

    /** @param timed whether the times of its tokens count: not where a client has been away */
    Reception(Prompt prompt, Stamps stamps, Tally tally, boolean timed) {
        this.prompt = prompt;
        this.stamps = stamps;
        this.tally = tally;
        this.timed = timed;
        this.calls = stamps.calls(prompt.slot());
        this.expected = prompt.token(0);
    }

    void text(String piece) {
        long now = System.nanoTime();
        for (int i = 0; i < piece.length() && !corrupt; i++) {
            if (token == prompt.tokens() || piece.charAt(i) != expected.charAt(at)) {
                fail("wrong character in token " + token);
            } else if (++at == expected.length()) {
                whole(now);
            }
        }
    }

    private void whole(long now) {
        tally.tokens++;
        if (timed) {
            (token == 0 ? tally.first : tally.further).add(now - stamps.sentAt(prompt.slot(), token));
            if (token == 0) {
                tally.asked.add(stamps.askedAt(prompt.slot()) - begun);
            }
        }
        token++;
        at = 0;
        expected = token < prompt.tokens() ? prompt.token(token) : "";
    }

    int slot() {
        return prompt.slot();
    }

    /** How many tokens are there. */
    int tokens() {
        return token;
    }

    /** The reply is over: it must be whole. */
    void end() {
        if (!corrupt && token != prompt.tokens()) {
            fail("ends after " + token + " of " + prompt.tokens() + " tokens");
        }
        if (stamps.calls(prompt.slot()) != calls + 1) {
            fail("the provider was asked " + (stamps.calls(prompt.slot()) - calls) + " times");
        }
        tally.sent += stamps.messages(prompt.slot());
        tally.replies++;
    }

    void fail(String what) {
        if (!corrupt) {
            corrupt = true;
            tally.corrupt("slot " + prompt.slot() + ": " + what);
        }
    }
}

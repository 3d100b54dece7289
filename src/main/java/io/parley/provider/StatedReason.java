package io.parley.provider;

/**
 * The finish reason that counts. It is the last one, except that a reason by which the reply is not whole stays unless content
 * follows it: some servers end every stream with {@code stop}.
 */
public final class StatedReason {
    private String raw = "";
    private long contents;

    /**
     * Takes the next reason in the provider's spelling. A spelling that means that there is none yet is ignored.
     *
     * @param sink the reply, which has already taken the content that came together with the reason
     */
    public void next(String reason, ReplySink sink) {
        boolean kept = FinishReasons.isCut(raw) && !FinishReasons.isCut(reason) && sink.contents() == contents;
        if (!kept && !FinishReasons.isNone(reason)) {
            raw = reason;
            contents = sink.contents();
        }
    }

    /** Returns the reason in the provider's spelling; empty if there is none. */
    public String raw() {
        return raw;
    }
}

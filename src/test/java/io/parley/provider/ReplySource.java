package io.parley.provider;

import io.smallrye.mutiny.subscription.Cancellable;

/** Begins a reply each time it is asked to. */
@FunctionalInterface
public interface ReplySource {

    /** Begins a reply, and returns the handle that cancels it. */
    Cancellable begin(ReplyListener listener);

    /** Begins a reply and notes all that is heard of it. */
    default ReplyRecorder record() {
        ReplyRecorder recorder = new ReplyRecorder();
        recorder.cancelledBy(begin(recorder));
        return recorder;
    }
}

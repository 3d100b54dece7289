package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Notes all that is heard of a reply, on any thread, and all that is heard after its end, which is a mistake. */
public final class ReplyRecorder implements ReplyListener {
    private final List<ReplyEvent> events = new CopyOnWriteArrayList<>();
    private final List<Object> afterEnd = new CopyOnWriteArrayList<>();
    private volatile boolean completed;
    private volatile @Nullable Throwable failure;
    private volatile Cancellable call = () -> {
    };

    void cancelledBy(Cancellable handle) {
        call = handle;
    }

    @Override
    public void onEvent(ReplyEvent event) {
        if (hasEnded()) {
            afterEnd.add(event);
        } else {
            events.add(event);
        }
    }

    @Override
    public void onCompletion() {
        if (hasEnded()) {
            afterEnd.add("completion");
        }
        completed = true;
    }

    @Override
    public void onFailure(Throwable why) {
        if (hasEnded()) {
            afterEnd.add(why);
        }
        failure = why;
    }

    public void cancel() {
        call.cancel();
    }

    public List<ReplyEvent> events() {
        return List.copyOf(events);
    }

    public boolean hasCompleted() {
        return completed;
    }

    public @Nullable Throwable failure() {
        return failure;
    }

    public boolean hasEnded() {
        return completed || failure != null;
    }

    List<Object> afterEnd() {
        return List.copyOf(afterEnd);
    }
}

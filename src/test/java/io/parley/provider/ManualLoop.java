package io.parley.provider;

import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A loop whose time passes when the test says so. */
final class ManualLoop implements CallLoop {
    private final List<Timer> timers = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private record Timer(Duration due, Runnable step) {}

    @Override
    public void run(Runnable step) {
        step.run();
    }

    @Override
    public Cancellable after(Duration time, Runnable step) {
        Timer timer = new Timer(now.plus(time), step);
        timers.add(timer);
        return () -> timers.removeIf(other -> other == timer);
    }

    /** Lets time pass, and does the steps that are due by then, in order. */
    void pass(Duration time) {
        Duration then = now.plus(time);
        for (Optional<Timer> next = next(then); next.isPresent(); next = next(then)) {
            now = next.get().due();
            timers.remove(next.get());
            next.get().step().run();
        }
        now = then;
    }

    private Optional<Timer> next(Duration latest) {
        return timers.stream().filter(timer -> timer.due().compareTo(latest) <= 0).min(Comparator.comparing(Timer::due));
    }

    /** Returns when each timer is due that still runs. */
    List<Duration> waiting() {
        return timers.stream().map(Timer::due).toList();
    }
}

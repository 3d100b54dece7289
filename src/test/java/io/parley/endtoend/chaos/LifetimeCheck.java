package io.parley.endtoend.chaos;

import io.parley.endtoend.chaos.Cluster.Lifetime;
import io.parley.endtoend.chaos.Violation.Kind;
import java.time.Duration;
import java.util.List;

/** Every key lives as long as its session says, and a log at most an hour. */
final class LifetimeCheck {
    private static final String LOG = ":e:";
    private static final long LOG_MILLIS = Duration.ofHours(1).toMillis();
    /** A session has a thousandth of its lifetime to spare, an hour at most. */
    private static final long SPARE_MILLIS = Duration.ofHours(1).toMillis();
    private static final long FOR_EVER = -1;
    private final Evidence evidence;
    private final List<Violation> found;

    LifetimeCheck(Evidence evidence, List<Violation> found) {
        this.evidence = evidence;
        this.found = found;
    }

    void run() {
        evidence.lifetimes().forEach(this::key);
    }

    private void key(Lifetime key) {
        String session = key.key().substring(key.key().indexOf("}:") + 2).split(":", 2)[0];
        Duration retention = evidence.retentions().get(session);
        if (retention == null) {
            found.add(new Violation(Kind.LIFETIME, key + " belongs to no session"));
        } else if (!isRight(key, retention.toMillis())) {
            found.add(new Violation(Kind.LIFETIME, key + " of a session that is kept " + retention));
        }
    }

    private static boolean isRight(Lifetime key, long retention) {
        boolean isLog = key.key().contains(LOG);
        if (retention == 0 && !isLog) {
            return key.millis() == FOR_EVER;
        }
        long most = isLog ? LOG_MILLIS : retention + Math.min(retention / 1000, SPARE_MILLIS);
        return key.millis() > 0 && key.millis() <= most;
    }
}

package io.parley.endtoend.chaos;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/** Clients and faults for a while, then peace, then the evidence. */
final class ChaosRun implements AutoCloseable {
    private static final int CLIENTS = 8;
    private static final int SESSIONS = 24;
    /** Longer than a lease, in which a dead turn counts as running, and than the longest pause between two tries to undo. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<Duration> RETENTIONS = List.of(Duration.ofDays(90), Duration.ofHours(2), Duration.ZERO);
    private final Ledger ledger = new Ledger();
    private final Map<String, Duration> retentions = new LinkedHashMap<>();
    private final Cluster cluster;
    private final long seed;

    ChaosRun(long seed, int gateways) {
        this.seed = seed;
        this.cluster = new Cluster(gateways);
        for (int i = 0; i < SESSIONS; i++) {
            Duration retention = RETENTIONS.get(i % RETENTIONS.size());
            String session = cluster.client().createSession(new ObjectMapper().createObjectNode().put("model", "gpt-4o-mini")
                    .put("retention", retention.isZero() ? "none" : retention.toString()).toString());
            retentions.put(session, retention);
        }
    }

    Ledger ledger() {
        return ledger;
    }

    /** Lets the clients talk and things break for so long, and then waits until all is calm. */
    void run(Duration time) {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        List<String> sessions = List.copyOf(retentions.keySet());
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofVirtual().start(new Client(i, seed, cluster, ledger, sessions, end)));
        }
        threads.add(Thread.ofVirtual().start(new Faults(seed, cluster, ledger, end)));
        try {
            boolean unused = end.await(time.toMillis(), TimeUnit.MILLISECONDS);
            end.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ledger.note("peace");
        settle(sessions);
    }

    private void settle(List<String> sessions) {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).ignoreExceptions()
                    .until(() -> cluster.isSettled(sessions));
        } catch (ConditionTimeoutException e) {
            ledger.note("not settled");
        }
    }

    /** What is known; looked at again for a while as long as it holds what somebody still has to undo. */
    Evidence evidence() {
        try {
            return await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(2)).until(this::look,
                    evidence -> Checker.violations(evidence).stream()
                            .noneMatch(found -> found.kind() == Violation.Kind.UNDEAD));
        } catch (ConditionTimeoutException e) {
            return look();
        }
    }

    private Evidence look() {
        Map<String, History> histories = new HashMap<>();
        retentions.keySet().forEach(session -> histories.put(session, History.read(cluster.client(), session)));
        return new Evidence(ledger.requests(), ledger.views(), ledger.edits(), ledger.removals(), histories,
                cluster.provider().calls(), retentions, cluster.lifetimes(), ended());
    }

    private Set<String> ended() {
        Set<String> ended = new HashSet<>();
        cluster.replicas().forEach(replica -> ended.addAll(replica.ended()));
        return ended;
    }

    /** The last lines of what all gateways printed. */
    String output() {
        return String.join("\n", cluster.replicas().stream().map(Replica::output).toList());
    }

    /** The figures of the run. */
    String table(Evidence evidence, List<Violation> violations) {
        evidence.histories().values().forEach(history -> history.turns().stream()
                .map(turn -> (turn.state() + " " + turn.problem()).strip()).forEach(end -> ledger.count("turn: " + end)));
        ledger.count("turn: all", evidence.histories().values().stream().mapToLong(history -> history.turns().size()).sum());
        ledger.count("provider: calls", evidence.calls().size());
        ledger.count("seen: replies to their end", evidence.views().stream().filter(View::isOver).count());
        ledger.count("input: acknowledged",
                evidence.requests().stream().filter(request -> request.kind().says() && request.isAcknowledged()).count());
        for (Violation.Kind kind : Violation.Kind.values()) {
            ledger.count("violation: " + kind, violations.stream().filter(violation -> violation.kind() == kind).count());
        }
        return ledger.table();
    }

    @Override
    public void close() {
        cluster.close();
    }
}

package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.LeaseTimes;
import io.parley.stream.Notice;
import io.parley.stream.Notices;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The notification channel of this process: one subscription on a connection of its own. It sends itself a sign of life through
 * Redis every few seconds; when that does not come back the subscription is made anew, whatever the connection pretends.
 */
@ApplicationScoped
public class RedisNotices implements Notices {
    private static final Logger LOG = Logger.getLogger(RedisNotices.class);
    private static final String LIFE = "life";
    private final RedisClients clients;
    private final RedisGate gate;
    private final RedisConfig config;
    private final LeaseTimes times;
    private final Replica replica;
    private final Vertx vertx;
    private final List<Consumer<Notice>> listeners = new CopyOnWriteArrayList<>();
    private RedisClients.@Nullable Client subscribed;
    private volatile long heard = System.nanoTime();
    private volatile boolean arrive;
    private long timer = -1;

    RedisNotices(RedisClients clients, RedisGate gate, RedisConfig config, LeaseTimes times, Replica replica, Vertx vertx) {
        this.clients = clients;
        this.gate = gate;
        this.config = config;
        this.times = times;
        this.replica = replica;
        this.vertx = vertx;
    }

    /** Beside the start, which does not wait: a Redis that is not there yet may come later. */
    void start(@Observes StartupEvent started) {
        timer = vertx.setPeriodic(times.signOfLife().toMillis(), _ -> look());
        subscribe();
    }

    @Override
    public boolean arrive() {
        return arrive && System.nanoTime() - heard < times.silence().toNanos();
    }

    @Override
    public void listen(Consumer<Notice> listener) {
        listeners.add(listener);
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
        replace(null);
    }

    private void look() {
        if (System.nanoTime() - heard >= times.silence().toNanos()) {
            subscribe();
        }
        gate.send(Command.PUBLISH, List.of(replica.channel(), LIFE)).subscribe()
                .with(_ -> {
                }, failure -> LOG.debugf("The sign of life of this process could not be sent: %s",
                        failure.getClass().getSimpleName()));
    }

    private void subscribe() {
        heard = System.nanoTime();
        RedisClients.Client fresh = clients.create(vertx, config);
        replace(fresh);
        fresh.connect()
                .compose(connection -> {
                    connection.handler(this::take);
                    connection.exceptionHandler(_ -> broken(fresh)).endHandler(_ -> broken(fresh));
                    return connection.send(io.vertx.redis.client.Request.cmd(Command.SUBSCRIBE).arg(replica.channel()));
                })
                .onFailure(_ -> broken(fresh));
    }

    private synchronized void replace(RedisClients.@Nullable Client fresh) {
        RedisClients.Client old = subscribed;
        subscribed = fresh;
        arrive = false;
        if (old != null) {
            old.close();
        }
    }

    /** A connection that ended: those who wait look for themselves until the next look makes another one. */
    private synchronized void broken(RedisClients.Client client) {
        if (subscribed == client) {
            arrive = false;
            heard = System.nanoTime() - times.silence().toNanos();
        }
    }

    private void take(@Nullable Response message) {
        if (message == null || message.size() < 3 || !"message".equals(String.valueOf(message.get(0)))) {
            return;
        }
        heard = System.nanoTime();
        arrive = true;
        parse(String.valueOf(message.get(2)))
                .ifPresent(notice -> listeners.forEach(listener -> listener.accept(notice)));
    }

    /** What a script has written: a kind, a session, and maybe a turn. */
    static Optional<Notice> parse(String text) {
        String[] words = text.split(" ", -1);
        if (words.length < 2 || !SessionId.isWellFormed(words[1])) {
            return Optional.empty();
        }
        SessionId session = new SessionId(words[1]);
        boolean turn = words.length > 2 && TurnId.isWellFormed(words[2]);
        return switch (words[0]) {
            case "log" -> turn ? Optional.of(new Notice.LogGrown(session, new TurnId(words[2]))) : Optional.empty();
            case "over" -> turn ? Optional.of(new Notice.TurnOver(session, new TurnId(words[2]))) : Optional.empty();
            case "cancel" -> turn ? Optional.of(new Notice.CancelRequested(session, new TurnId(words[2]))) : Optional.empty();
            case "feed" -> Optional.of(new Notice.FeedGrown(session));
            case "free" -> Optional.of(new Notice.SessionFree(session));
            default -> Optional.empty();
        };
    }
}

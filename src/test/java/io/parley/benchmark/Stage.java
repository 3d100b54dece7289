package io.parley.benchmark;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.benchmark.Load.Shape;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All processes of the benchmark, and the load generator. */
final class Stage implements AutoCloseable {
    static final int MOST_CLIENTS = 10_000;
    static final String HEAP_OF_A_GIBIBYTE = "-Xmx1g";
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient http;
    private final Stamps stamps;
    private final Process provider;
    private final int providerPort;
    private final Optional<Nginx> nginx;
    private final List<Tally> tallies;
    private final RedisServer redis;
    private final Gateway gateway;

    /**
     * Starts them.
     *
     * @param tallies is given that of each load of the service
     * @param options of the service's JVM, beside those of the image
     */
    Stage(List<Tally> tallies, String... options) {
        this.tallies = tallies;
        Path file = Stamps.create(MOST_CLIENTS);
        this.stamps = Stamps.open(file);
        this.http = vertx.createHttpClient(new HttpClientOptions().setTcpNoDelay(true).setKeepAliveTimeout(600),
                new PoolOptions().setHttp1MaxSize(2 * MOST_CLIENTS).setMaxWaitQueueSize(2 * MOST_CLIENTS));
        this.provider = java("-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                MockProvider.class.getName(), file.toString());
        this.providerPort = port(provider);
        this.nginx = Nginx.before(providerPort);
        this.redis = RedisServer.create("--appendfsync", "everysec");
        this.gateway = Production.start(redis.url(), settings(), List.of(options));
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        // Streams of which nothing comes stay open for longer than a provider may be silent.
        settings.put("parley.upstream.between-contents", "10M");
        for (Wire wire : Wire.values()) {
            String prefix = "parley.providers." + model(wire) + ".";
            settings.put(prefix + "protocol", wire == Wire.OPENAI ? "openai" : "anthropic");
            settings.put(prefix + "base-url", "http://127.0.0.1:" + providerPort + (wire == Wire.OPENAI ? "/v1" : ""));
            settings.put(prefix + "models", model(wire));
        }
        return settings;
    }

    static String model(Wire wire) {
        return wire == Wire.OPENAI ? "bench-openai" : "bench-anthropic";
    }

    private static Process java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port(Process provider) {
        try {
            BufferedReader output = provider.inputReader();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(MockProvider.LISTENING)) {
                    return Integer.parseInt(line.substring(MockProvider.LISTENING.length()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the mock provider has ended");
    }

    Target direct() {
        return new OpenAiTarget("direct", providerPort);
    }

    Optional<Target> nginx() {
        return nginx.map(each -> new OpenAiTarget("nginx", each.port()));
    }

    /** The service before that format of the provider. */
    ParleyTarget parley(Wire wire) {
        return parley(wire, "");
    }

    /** As above, with further settings of its sessions. */
    ParleyTarget parley(Wire wire, String settings) {
        return new ParleyTarget("Parley, " + (wire == Wire.OPENAI ? "OpenAI" : "Anthropic"), gateway.uri(),
                "{\"model\":\"" + model(wire) + "\"" + settings + "}");
    }

    /** The service, which opens a session for each reply. */
    ParleyTarget parleyAnew(Wire wire) {
        return parley(wire).anew();
    }

    Gateway gateway() {
        return gateway;
    }

    /** Runs a load. */
    @CanIgnoreReturnValue
    Run run(Target target, Shape shape) {
        target.prepare(shape.clients());
        return measured(new Load(target, shape));
    }

    /** Runs one that is prepared. */
    @CanIgnoreReturnValue
    Run measured(Load load) {
        if (load.target() instanceof ParleyTarget) {
            tallies.add(load.tally());
        }
        List<ProcessHandle> service = processes(load.target());
        JvmCount jvmBefore = jvm(load.target());
        RedisCount redisBefore = RedisCount.of(redis);
        double before = Usage.of(service).cpuSeconds();
        long start = System.nanoTime();
        Tally tally = load.run(vertx, http, stamps);
        Run run = new Run(tally, (System.nanoTime() - start) / 1e9, Usage.of(service).cpuSeconds() - before,
                load.target() instanceof ParleyTarget ? RedisCount.of(redis).minus(redisBefore) : RedisCount.NONE,
                jvm(load.target()).minus(jvmBefore));
        if (load.shape().pace() != Prompt.HOLD) {
            load.target().check(true, tally);
        }
        return run;
    }

    private JvmCount jvm(Target target) {
        return target instanceof ParleyTarget ? JvmCount.of(gateway.pid()) : JvmCount.NONE;
    }

    /** The processes that serve a target. */
    List<ProcessHandle> processes(Target target) {
        return switch (target) {
            case ParleyTarget _ -> List.of(ProcessHandle.of(gateway.pid()).orElseThrow());
            case Target each when nginx.isPresent() && each.port() == nginx.get().port() -> List.of(nginx.get().handle());
            default -> List.of();
        };
    }

    void leave(Load load) {
        load.leave(vertx);
    }

    @Override
    public void close() {
        gateway.close();
        redis.close();
        nginx.ifPresent(Nginx::close);
        provider.destroyForcibly();
        http.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

package io.parley.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.Configs;
import io.parley.turn.recover.DrainConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What whoever deploys Parley may count on: little privilege, bounds on everything, probes, and no secret in any file. */
class DeploymentFilesTest {
    private static final Path DEPLOY = Path.of("deploy");
    private static final Path BASE = DEPLOY.resolve("base");

    @Test
    void the_image_runs_as_nobody_and_java_gets_the_signals() throws IOException {
        List<String> lines = Files.readAllLines(DEPLOY.resolve("Dockerfile"));

        assertThat(lines).contains("USER 10001:10001").anySatisfy(line -> assertThat(line)
                .startsWith("ENTRYPOINT [\"/bin/sh\", \"-c\", \"exec java ").contains("$JAVA_OPTS_APPEND"));
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("PARLEY_EMBEDDED_REDIS_ENABLED=false"));
        assertThat(lines.lastIndexOf("USER 10001:10001")).isGreaterThan(lastLine(lines, "RUN"));
    }

    @Test
    void nothing_but_the_packaged_application_goes_into_the_image() throws IOException {
        assertThat(Files.readAllLines(DEPLOY.resolve("Dockerfile.dockerignore")).stream().filter(line -> !line.startsWith("#")))
                .containsExactly("*", "!target/quarkus-app/", "!deploy/jvm.options");
        assertThat(Files.readAllLines(DEPLOY.resolve("Dockerfile")).stream().filter(line -> line.startsWith("COPY")))
                .allSatisfy(line -> assertThat(line).matches("COPY (target/quarkus-app/|deploy/jvm.options ).*"));
    }

    @Test
    void every_pod_is_fit_for_a_restricted_namespace() throws IOException {
        assertThat(pods()).hasSize(2).allSatisfy(pod -> {
            assertThat(at(pod, "automountServiceAccountToken")).isEqualTo(false);
            assertThat(at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
            assertThat((Integer) at(pod, "securityContext", "runAsUser")).isPositive();
            assertThat(at(pod, "securityContext", "seccompProfile", "type")).isEqualTo("RuntimeDefault");
            assertThat(containers(pod)).allSatisfy(container -> {
                assertThat(at(container, "securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
                assertThat(at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
                assertThat(at(container, "securityContext", "capabilities", "drop")).isEqualTo(List.of("ALL"));
                assertThat(at(container, "volumeMounts").toString()).contains("mountPath=/tmp");
            });
        });
    }

    @Test
    void every_container_has_bounds_and_probes() throws IOException {
        assertThat(pods()).flatExtracting(DeploymentFilesTest::containers).allSatisfy(container -> {
            for (String kind : List.of("requests", "limits")) {
                assertThat(at(container, "resources", kind, "cpu")).isNotNull();
                assertThat(at(container, "resources", kind, "memory")).isNotNull();
            }
            assertThat(container).containsKeys("startupProbe", "livenessProbe", "readinessProbe");
        });
    }

    @Test
    void the_probes_of_parley_ask_its_health() throws IOException {
        Map<String, Object> parley = containers(pods().getFirst()).getFirst();

        assertThat(at(parley, "ports").toString()).contains("name=management, containerPort=9000");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(at(parley, probe, "httpGet", "port")).isEqualTo("management");
        }
        assertThat(at(documents(BASE.resolve("service.yaml")).getFirst(), "spec", "ports").toString())
                .doesNotContain("management", "9000");
        assertThat(at(parley, "startupProbe", "httpGet", "path")).isEqualTo("/q/health/started");
        assertThat(at(parley, "livenessProbe", "httpGet", "path")).isEqualTo("/q/health/live");
        assertThat(at(parley, "readinessProbe", "httpGet", "path")).isEqualTo("/q/health/ready");
    }

    @Test
    void the_pod_is_given_the_time_that_the_end_of_the_process_takes() throws IOException {
        Map<String, Object> pod = pods().getFirst();
        Integer stillAsked = (Integer) at(containers(pod).getFirst(), "lifecycle", "preStop", "sleep", "seconds");
        DrainConfig drain = Configs.of(DrainConfig.class, Map.of());
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(file);
        }
        Duration answers = Duration.parse("PT" + settings.getProperty("quarkus.shutdown.timeout"));
        Duration all = drain.limit().plus(drain.grace()).plus(answers).plusSeconds(stillAsked);

        assertThat(settings).containsEntry("quarkus.shutdown.delay-enabled", "true");
        assertThat(all.plusSeconds(5)).isLessThanOrEqualTo(Duration.ofSeconds((Integer) at(pod,
                "terminationGracePeriodSeconds")));
        assertThat(Files.readString(BASE.resolve("parley.env"))).doesNotContain("PARLEY_DRAIN");
    }

    @Test
    void the_user_of_the_image_is_the_user_of_the_pod() throws IOException {
        assertThat(at(pods().getFirst(), "securityContext", "runAsUser")).isEqualTo(10001);
    }

    @Test
    void redis_keeps_everything_it_is_given() throws IOException {
        assertThat(at(containers(pods().getLast()).getFirst(), "args").toString())
                .contains("--appendonly, yes").contains("--maxmemory-policy, noeviction");
        assertThat(Files.readAllLines(BASE.resolve("parley.env"))).contains("QUARKUS_REDIS_HOSTS=redis://parley-redis:6379");
    }

    @Test
    void no_file_holds_a_secret_and_every_resource_is_listed() throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(BASE)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                all.addAll(documents(file));
            }
        }
        assertThat(all).extracting(document -> document.get("kind")).doesNotContain("Secret");
        assertThat(
                all.toString() + Files.readString(BASE.resolve("parley.env")) + Files.readString(DEPLOY.resolve("Dockerfile")))
                .doesNotContainPattern("(?i)(api_key|password|_token)\\s*=\\s*[^,\\s}]+");
        assertThat(at(documents(BASE.resolve("kustomization.yaml")).getFirst(), "resources"))
                .isEqualTo(List.of("deployment.yaml", "service.yaml", "redis.yaml"));
    }

    private static int lastLine(List<String> lines, String start) {
        return lines.lastIndexOf(lines.stream().filter(line -> line.startsWith(start)).toList().getLast());
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> pods() throws IOException {
        List<Map<String, Object>> pods = new ArrayList<>();
        for (String file : List.of("deployment.yaml", "redis.yaml")) {
            pods.add((Map<String, Object>) at(documents(BASE.resolve(file)).getFirst(), "spec", "template", "spec"));
        }
        return pods;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> containers(Map<String, Object> pod) {
        return (List<Map<String, Object>>) pod.get("containers");
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> documents(Path file) throws IOException {
        List<Map<String, Object>> documents = new ArrayList<>();
        new Yaml().loadAll(Files.readString(file)).forEach(document -> documents.add((Map<String, Object>) document));
        return documents;
    }

    @SuppressWarnings("unchecked")
    private static Object at(Map<String, Object> map, String... path) {
        Object value = map;
        for (String name : path) {
            value = value == null ? null : ((Map<String, Object>) value).get(name);
        }
        return value;
    }
}

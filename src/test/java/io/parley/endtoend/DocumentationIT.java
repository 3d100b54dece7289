package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import io.parley.testing.Gateway;
import io.parley.testing.InBrowser;
import io.parley.testing.Missing;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example of the pages does what its page says, with the packaged service. */
class DocumentationIT {
    private static final long LIMIT_SECONDS = 60;
    private static final String WALK = "walk-";
    private static final String RESTARTED = "walk-restarted";
    private static final Pattern ID = Pattern.compile("^id: (\\d+)$", Pattern.MULTILINE);
    private static final Pattern RANDOM = Pattern.compile("(?<=^retry: )\\d+|\\bt?[a-z0-9]{26}\\b");
    @TempDir
    private static Path folder;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = gatewayOn(folder.resolve("data"));
    }

    private static Gateway gatewayOn(Path data) {
        return Gateway.start(Map.of("parley.data-dir", data.toString(), "parley.simulator.first-token-delay", "0S",
                "parley.simulator.token-interval", "0S"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void every_example_is_run_by_a_test_of_this_class() {
        assertThat(Example.all()).extracting(Example::name).filteredOn(name -> !name.startsWith(WALK))
                .containsExactlyInAnyOrder("readme", "page", "Ask", "ask", "quickstart", "browser", "eventsource",
                        "JavaClient");
        assertThat(walk()).extracting(Example::name).containsExactly("walk-create", "walk-say", "walk-stream", "walk-break",
                "walk-resume", "walk-context", "walk-policy", "walk-usage", "walk-edit", "walk-regenerate", "walk-history",
                RESTARTED);
    }

    @Test
    void the_first_steps_in_a_shell_end_with_a_reply_that_knows_the_name() throws Exception {
        assertThat(shell("quickstart")).contains("Nice to meet you, Ada.", "event: done", "Your name is Ada.",
                "\"hasMore\":false");
    }

    @Test
    void the_transcript_in_the_readme_is_what_the_service_answers() throws Exception {
        List<String> shown = masked(Files.readString(Path.of("README.md")).split("```text\n", 2)[1].split("```", 2)[0]);
        List<String> real = masked(shell("readme"));

        int left = shown.indexOf("…");
        assertThat(left).isPositive();
        assertThat(real).startsWith(shown.subList(0, left).toArray(String[]::new))
                .endsWith(shown.subList(left + 1, shown.size()).toArray(String[]::new));
    }

    @Test
    void the_first_ten_minutes_lose_nothing_when_a_connection_breaks_and_when_the_process_restarts() throws Exception {
        Path data = folder.resolve("walk");
        String walked;
        try (Gateway first = gatewayOn(data)) {
            walked = shell(first, walk().stream().filter(step -> !step.name().equals(RESTARTED)).map(Example::text)
                    .collect(Collectors.joining("\n")));
        }
        assertThat(walked).contains("Nice to meet you, Ada.", "Your name is Ada.", "\"status\":\"omitted\"", "\"total\":",
                "Nice to meet you, Grace.", "\"superseded\":true");
        List<Integer> ids = ID.matcher(walked).results().map(found -> Integer.valueOf(found.group(1))).toList();
        List<Integer> resumed = ids.subList(ids.lastIndexOf(1), ids.size());
        assertThat(resumed).hasSizeGreaterThan(10)
                .isEqualTo(IntStream.rangeClosed(1, resumed.size()).boxed().toList());

        String sameShell = "base=$PARLEY_URL/api/v1/sessions\nsession=" + walked.lines().findFirst().orElseThrow() + "\n";
        try (Gateway second = gatewayOn(data)) {
            assertThat(shell(second, sameShell + Example.named(RESTARTED).text())).contains("My name is Grace.",
                    "Your name is Grace.");
        }
    }

    @Test
    void the_java_client_runs_from_its_source() throws Exception {
        assertThat(java("JavaClient")).contains("Nice to meet you, Ada.", "event: turn", "event: delta", "event: done");
    }

    @Test
    void the_short_java_program_runs_from_its_source() throws Exception {
        assertThat(java("Ask")).contains("event: turn", "event: delta", "event: done");
    }

    @Test
    void the_python_program_prints_the_reply() throws Exception {
        if (!isInstalled("python3")) {
            throw Missing.program("python3", "apt-get install -y python3");
        }
        assertThat(run(gateway, List.of("python3", "-c", Example.named("ask").text()))).startsWith("You said: “Salve!”");
    }

    /** The examples of the guided walk, in their order. */
    private static List<Example> walk() {
        return Example.all().stream().filter(example -> example.name().startsWith(WALK)).toList();
    }

    @Nested
    class FromABrowser extends InBrowser {

        @Override
        protected URI home() {
            return gateway.uri();
        }

        @Test
        void a_page_of_the_same_origin_shows_the_reply() {
            page.route("**/mine.html", route -> route.fulfill(new Route.FulfillOptions().setContentType("text/html")
                    .setBody(Example.named("page").text())));

            open("/mine.html");
            awaitTrue("document.body.textContent.startsWith('You said: “Salve!”')");
        }

        @Test
        void the_javascript_runs() {
            open("/");
            // A number in front, as what begins with a function would be taken for a function to call.
            evaluate("0;" + Example.named("browser").text());
            evaluate("0;" + Example.named("eventsource").text());

            assertThat((String) evaluate("""
                    (async () => {
                      const session = await (await fetch('/api/v1/sessions', {method: 'POST',
                        headers: {'Content-Type': 'application/json'}, body: '{}'})).json();
                      window.session = session.id;
                      window.shown = [];
                      return await say(window.session, 'My name is Ada.', text => window.shown.push(text));
                    })()""")).startsWith("Nice to meet you, Ada.");
            assertThat((Integer) evaluate("shown.length")).isGreaterThan(2);

            evaluate("""
                    (async () => {
                      const answer = await fetch(`/api/v1/sessions/${session}/turns`, {method: 'POST',
                        headers: {'Content-Type': 'application/json', 'Prefer': 'respond-async'},
                        body: JSON.stringify({content: 'What is my name? [pace=20]'})});
                      window.turn = (await answer.json()).id;
                      window.source = listen(session, turn, text => window.heard = text);
                    })()""");
            awaitTrue("source.readyState === EventSource.CLOSED");
            assertThat((String) evaluate("heard")).startsWith("Your name is Ada.").endsWith("conversation.");
        }
    }

    private static String java(String name) throws IOException, InterruptedException {
        Path source = folder.resolve(name + ".java");
        Files.writeString(source, Example.named(name).text());
        return run(gateway, List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), source.toString(),
                gateway.uri().toString()));
    }

    private static String shell(String name) throws IOException, InterruptedException {
        return shell(gateway, Example.named(name).text());
    }

    private static String shell(Gateway service, String script) throws IOException, InterruptedException {
        if (!isInstalled("bash") || !isInstalled("curl")) {
            throw Missing.program("bash or curl", "apt-get install -y bash curl");
        }
        return run(service, List.of("bash", "-euo", "pipefail", "-c", script));
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of)
                .anyMatch(directory -> Files.isExecutable(directory.resolve(program)));
    }

    private static String run(Gateway service, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", "");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PARLEY_URL", service.uri().toString());
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    /** The lines, without what differs each time. */
    private static List<String> masked(String text) {
        List<String> lines = new ArrayList<>();
        for (String line : text.strip().split("\n", -1)) {
            lines.add(RANDOM.matcher(line).replaceAll("*"));
        }
        return lines;
    }
}

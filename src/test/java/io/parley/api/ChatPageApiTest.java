package io.parley.api;

import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ChatPageApiTest {

    @Test
    void the_page_and_its_files_are_served_and_nothing_else_may_run_in_them() {
        for (String path : new String[] { "/", "/parley-client.js", "/page/app.js", "/page/base.css", "/page/icon.svg",
                "/vendor/markdown-it/markdown-it.min.js", "/vendor/dompurify/purify.es.mjs",
                "/vendor/highlightjs/highlight.min.js",
                "/vendor/katex/katex.min.js", "/vendor/katex/katex.min.css" }) {
            when().get(path).then().statusCode(200).header("Cache-Control", equalTo("no-cache"))
                    .header("X-Content-Type-Options", equalTo("nosniff"))
                    .header("Content-Security-Policy", startsWith("default-src 'none'; script-src 'self'"))
                    .header("Content-Security-Policy", containsString("require-trusted-types-for 'script'"))
                    .header("Content-Security-Policy", not(containsString("unsafe")))
                    .header("Permissions-Policy", allOf(containsString("camera=()"), containsString("microphone=()"),
                            containsString("geolocation=()"), containsString("display-capture=()"), not(containsString("*"))))
                    .header("Cross-Origin-Opener-Policy", equalTo("same-origin"));
        }
    }

    @Test
    void who_asks_for_the_head_of_a_file_is_told_the_same_as_who_asks_for_the_file() {
        for (String path : new String[] { "/", "/index.html", "/parley-client.js", "/page/base.css", "/page/icon.svg" }) {
            when().head(path).then().statusCode(200).header("Cache-Control", equalTo("no-cache"));
        }
        String font = "/vendor/katex/fonts/KaTeX_Main-Regular.woff2";
        assertThat(when().head(font).header("Cache-Control")).isEqualTo(when().get(font).header("Cache-Control"))
                .contains("immutable");
    }

    @Test
    void the_page_brings_no_code_of_its_own() {
        String html = when().get("/").asString();

        assertThat(html).doesNotContainPattern("<script(?![^>]*src=)").doesNotContainPattern("\\son[a-z]+=")
                .doesNotContain("style=", "http://", "https://");
    }

    @Test
    void what_a_model_says_becomes_markup_in_one_place_and_is_sanitised_there() throws IOException {
        try (Stream<Path> scripts = Files.list(Path.of("src/main/resources/META-INF/resources/page"))) {
            for (Path script : scripts.filter(file -> file.toString().endsWith(".js")).toList()) {
                assertThat(Files.readString(script)).as("%s", script)
                        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "srcdoc");
            }
        }
    }

    @Test
    void the_page_talks_to_the_service_through_its_client_alone() throws IOException {
        try (Stream<Path> scripts = Files.list(Path.of("src/main/resources/META-INF/resources/page"))) {
            for (Path script : scripts.filter(file -> file.toString().endsWith(".js")).toList()) {
                assertThat(Files.readString(script)).as("%s", script).doesNotContain("fetch(", "XMLHttpRequest", "EventSource(",
                        "WebSocket");
            }
        }
        assertThat(Files.readString(Path.of("src/main/resources/META-INF/resources/parley-client.js")))
                .doesNotContainPattern("(?m)^import ");
    }
}

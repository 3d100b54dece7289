package io.parley.api;

import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ChatPageTest {

    @Test
    void the_page_and_its_files_are_served_and_nothing_else_may_run_in_them() {
        for (String path : new String[] { "/", "/chat.js", "/events.js", "/chat.css" }) {
            when().get(path).then().statusCode(200).header("Cache-Control", equalTo("no-cache"))
                    .header("X-Content-Type-Options", equalTo("nosniff"))
                    .header("Content-Security-Policy", startsWith("default-src 'none'; script-src 'self'"))
                    .header("Content-Security-Policy", not(containsString("unsafe")));
        }
    }

    @Test
    void the_page_brings_no_code_of_its_own() {
        String html = when().get("/").asString();

        assertThat(html).doesNotContainPattern("<script(?![^>]*src=)").doesNotContainPattern("\\son[a-z]+=")
                .doesNotContain("style=", "http://", "https://");
    }

    @Test
    void what_a_model_says_never_becomes_markup() {
        String script = when().get("/chat.js").asString() + when().get("/events.js").asString();

        assertThat(script).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }
}

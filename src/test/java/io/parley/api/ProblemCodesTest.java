package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.api.json.ProblemType;
import io.parley.conversation.FailureCode;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.junit.jupiter.api.Test;

class ProblemCodesTest {

    @Test
    void the_table_of_the_description_has_every_code_with_its_status() {
        Schema codes = OASFactory.createSchema();
        OpenAPI description = OASFactory.createOpenAPI()
                .components(OASFactory.createComponents().addSchema("ProblemCode", codes));

        new ProblemCodesFilter().filterOpenAPI(description);

        assertThat(codes.getEnumeration()).hasSameSizeAs(FailureCode.values());
        for (FailureCode code : FailureCode.values()) {
            ProblemType type = ProblemType.of(code);
            assertThat(codes.getDescription()).contains("| `" + type.code() + "` | " + type.status() + " |");
            assertThat(codes.getEnumeration()).contains(type.code());
        }
    }

    @Test
    void a_type_is_an_absolute_name_that_ends_with_the_code() {
        ProblemType type = ProblemType.of(FailureCode.SESSION_NOT_FOUND);

        assertThat(type.uri()).isEqualTo("https://parley.dev/problems/session-not-found");
        assertThat(type.title()).isEqualTo("Session not found");
        assertThat(type.status()).isEqualTo(404);
    }

    @Test
    void every_code_is_an_error_of_http() {
        assertThat(ProblemType.all()).allSatisfy(type -> {
            assertThat(type.status()).isBetween(400, 505);
            assertThat(type.code()).matches("[a-z]+(-[a-z]+)*");
        }).extracting(ProblemType::code).doesNotHaveDuplicates();
    }
}

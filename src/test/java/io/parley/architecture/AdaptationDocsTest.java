package io.parley.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.provider.Adaptation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on the API explains each difference between what is stored and what is sent, and the description names each. */
class AdaptationDocsTest {
    private static final Path PAGE = Path.of("src/docs/api.md");
    private static final Path DESCRIPTION = Path.of("src/main/resources/META-INF/openapi.yaml");

    @Test
    void every_kind_is_explained_and_described() throws IOException {
        String page = Files.readString(PAGE);
        String description = Files.readString(DESCRIPTION);

        assertThat(Stream.of(Adaptation.Kind.values()).map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-')))
                .allSatisfy(name -> {
                    assertThat(page).contains("\n  | `" + name + "` | ");
                    assertThat(description).containsPattern("kind:\\s+type: string\\s+enum: \\[[^]]*\\b" + name + "[,\\]]");
                });
    }
}

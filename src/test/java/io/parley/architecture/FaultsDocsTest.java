package io.parley.architecture;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that the page on faults names is one that there is. */
class FaultsDocsTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void every_fault_is_done_by_a_test_that_exists() throws IOException {
        Set<String> named = NAMED.matcher(Files.readString(Path.of("src/docs/faults.md"))).results()
                .map(name -> name.group(1) + "#" + name.group(2)).collect(toSet());
        named.remove("Class#method");

        assertThat(named).isNotEmpty().isSubsetOf(tests());
    }

    private static Set<String> tests() throws IOException {
        Pattern method = Pattern.compile("^ +(?:public |static )*[\\w<>]+ (\\w+)\\(", Pattern.MULTILINE);
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .flatMap(file -> method.matcher(text(file)).results()
                            .map(found -> file.getFileName().toString().replace(".java", "") + "#" + found.group(1)))
                    .collect(toSet());
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package io.parley.architecture;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a reader may count on in every source file, and no compiler checks. */
class SourceRulesTest {

    private static final Path MAIN = Path.of("src/main/java");
    private static final Path PROVIDERS = MAIN.resolve("io/parley/provider");
    // In pieces, so that a search for unfinished work does not find the rule against it.
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");
    private static final Pattern AUTHOR = Pattern.compile("^\\s*/?\\*+\\s*@author\\b", Pattern.MULTILINE);

    @Test
    void a_file_is_short_enough_to_read_at_once() {
        assertThat(sources(MAIN)).allSatisfy(file -> assertThat(lines(file))
                .as("lines of %s", file)
                .hasSizeLessThanOrEqualTo(file.startsWith(PROVIDERS) ? 400 : 300));
    }

    @Test
    void every_package_says_what_it_is_for_and_where_null_may_be() {
        assertThat(sources(MAIN).stream().map(Path::getParent).collect(toSet()))
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .content()
                        .startsWith("/**")
                        .contains("@NullMarked"));
    }

    @Test
    void no_file_names_its_author() {
        assertThat(sources(Path.of("src"))).allSatisfy(file -> assertThat(file).content().doesNotContainPattern(AUTHOR));
    }

    @Test
    void nothing_is_left_for_later() {
        assertThat(sources(Path.of("src"))).allSatisfy(file -> assertThat(file).content().doesNotContainPattern(UNFINISHED));
    }

    /** The suites look in these packages only, and the build runs such a test by a suite only. */
    @Test
    void a_test_that_starts_the_application_is_where_a_suite_finds_it() {
        assertThat(sources(Path.of("src/test/java")).stream().filter(file -> file.toString().endsWith("ApiTest.java")))
                .isNotEmpty().allSatisfy(
                        file -> assertThat(file.getParent().getFileName().toString()).as("%s", file).isIn("api", "turn"));
    }

    /** The build runs those in one process, and finds them by their name. */
    @Test
    void a_test_that_starts_the_application_says_so_in_its_name() {
        assertThat(sources(Path.of("src/test/java")).stream().filter(file -> file.toString().endsWith("Test.java"))
                .filter(file -> lines(file).contains("@QuarkusTest")))
                .isNotEmpty().allSatisfy(file -> assertThat(file.toString()).endsWith("ApiTest.java"));
    }

    /** The build runs these tests by a suite, which looks in this package only. */
    @Test
    void a_test_of_the_stores_faults_is_where_its_suite_finds_it() {
        assertThat(sources(Path.of("src/test/java")).stream().filter(file -> file.toString().endsWith("FaultsTest.java")))
                .isNotEmpty().allSatisfy(
                        file -> assertThat(file.getParent().getFileName().toString()).as("%s", file).isEqualTo("store"));
    }

    /** The build excludes the tag from its other tests, and looks for it only in classes with this name. */
    @Test
    void a_test_that_measures_says_so_in_its_name() {
        assertThat(sources(Path.of("src/test/java")).stream().filter(file -> lines(file).contains("@Tag(\"measuring\")")))
                .isNotEmpty().allSatisfy(file -> assertThat(file.toString()).endsWith("AllocationTest.java"));
    }

    private static List<Path> sources(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

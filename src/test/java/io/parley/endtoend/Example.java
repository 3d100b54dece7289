package io.parley.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A block of a page between two fences that says how it is called, as in {@code bash run=quickstart}.
 *
 * @param language as the fence names it
 * @param name after {@code run=}
 */
record Example(Path page, String language, String name, String text) {
    private static final Path DOCS = Path.of("src/docs");
    private static final Pattern FENCED = Pattern.compile("^```(\\w+) run=(\\S+)\\n(.*?)^```$",
            Pattern.MULTILINE | Pattern.DOTALL);

    /** Those of all pages. */
    static List<Example> all() {
        try (Stream<Path> docs = Files.walk(DOCS)) {
            return Stream.concat(Stream.of(Path.of("README.md")), docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .flatMap(page -> FENCED.matcher(read(page)).results()
                            .map(found -> new Example(page, found.group(1), found.group(2), found.group(3))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one of this name. */
    static Example named(String name) {
        return all().stream().filter(example -> example.name().equals(name)).findFirst().orElseThrow();
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

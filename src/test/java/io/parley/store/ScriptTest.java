package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A script is sent with the parts of the library that it needs, in an order in which Lua knows them, and with no others. */
class ScriptTest {
    private static final Set<String> LIBRARY = LuaLibrary.load().names();
    private static final Pattern DEFINED = Pattern.compile("^local (?:function )?(\\w+)", Pattern.MULTILINE);
    private static final Pattern LOCALS = Pattern
            .compile("\\blocal (?!function)([\\w, ]+)|\\bfunction\\b\\s*\\w*\\(([\\w, ]*)|\\bfor ([\\w, ]+?) (?:in\\b|=)"
                    + "|\\blocal function (\\w+)");

    /** The parts of the library before a script, in their order. */
    private static List<String> partsOf(Script script) {
        List<String> parts = new ArrayList<>();
        Matcher defined = DEFINED.matcher(head(script));
        while (defined.find()) {
            parts.add(defined.group(1));
        }
        return parts;
    }

    /** The part of a script that may use the library. */
    private static String body(Script script) {
        String text = text(script);
        return text.substring(Math.max(0, text.indexOf(LuaLibrary.PLACE)));
    }

    private static String text(Script script) {
        try (InputStream in = ScriptTest.class.getResourceAsStream("/redis/" + script.file() + ".lua")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(Script script) {
        int before = text(script).length() - body(script).length();
        return script.source().substring(before, script.source().length() - body(script).length());
    }

    /** The text of a part, which ends where the next part begins. */
    private static String text(Script script, String part) {
        String head = head(script);
        int from = Pattern.compile("^local (?:function )?" + part + "\\b", Pattern.MULTILINE).matcher(head).results()
                .findFirst().orElseThrow().start();
        int to = head.indexOf("\nlocal ", from);
        return head.substring(from, to < 0 ? head.length() : to + 1);
    }

    @ParameterizedTest
    @EnumSource
    void a_script_has_each_part_that_it_names_and_each_part_stands_behind_those_that_it_names(Script script) {
        assertThat(script.source()).endsWith(body(script));
        List<String> parts = partsOf(script);
        assertThat(parts).doesNotHaveDuplicates().containsAll(named(body(script)));
        for (int i = 0; i < parts.size(); i++) {
            assertThat(parts.subList(0, i + 1)).as("what stands before %s", parts.get(i))
                    .containsAll(named(text(script, parts.get(i))));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_script_has_no_part_that_neither_it_nor_a_later_part_names(Script script) {
        List<String> parts = partsOf(script);
        for (int i = 0; i < parts.size(); i++) {
            StringBuilder rest = new StringBuilder(body(script));
            parts.subList(i + 1, parts.size()).forEach(later -> rest.append(text(script, later)));
            assertThat(named(rest.toString())).contains(parts.get(i));
        }
    }

    private static List<String> named(String lua) {
        return LuaLibrary.words(lua).stream().filter(LIBRARY::contains).toList();
    }

    /** A local name that is also one of the library would make a script seem to need a part that it does not use. */
    @ParameterizedTest
    @EnumSource
    void no_local_name_hides_a_part_of_the_library(Script script) {
        assertThat(locals(text(script))).doesNotContainAnyElementsOf(LIBRARY);
        for (String part : partsOf(script)) {
            String text = text(script, part);
            assertThat(locals(text.replaceFirst("^local (?:function )?\\w+", "(function"))).as(part)
                    .doesNotContainAnyElementsOf(LIBRARY);
        }
    }

    private static List<String> locals(String lua) {
        List<String> names = new ArrayList<>();
        Matcher found = LOCALS.matcher(lua.replaceAll("'(?:\\\\.|[^'\\\\\n])*'|--[^\n]*", "''"));
        while (found.find()) {
            for (int group = 1; group <= found.groupCount(); group++) {
                if (found.group(group) != null) {
                    names.addAll(List.of(found.group(group).strip().split(", *")));
                }
            }
        }
        return names;
    }

    @Test
    void the_time_is_asked_only_where_a_script_needs_it() {
        assertThat(Script.READ.source()).doesNotContain("'TIME'");
        assertThat(Script.LOG_APPEND.source()).containsOnlyOnce("'TIME'");
    }

    @Test
    void the_words_of_lua_are_those_outside_of_texts_and_comments_that_are_no_fields() {
        assertThat(LuaLibrary.words("local a = b.c .. 'd ' .. e -- f\ng:h(i)"))
                .containsExactlyInAnyOrder("local", "a", "b", "e", "g", "i");
    }
}

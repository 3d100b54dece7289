package io.parley.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Lua functions and names that scripts share. Redis makes all that a script defines anew at each call, so that a script is
 * sent with those parts of the library only that it names, directly or through another part.
 */
final class LuaLibrary {
    private static final List<String> FILES = List.of("session", "notices", "messages", "superseding", "turns", "history",
            "log",
            "derived", "idempotency", "versions");
    private static final Pattern FUNCTION = Pattern.compile("local function (\\w+)\\(.*");
    private static final Pattern NAME = Pattern.compile("local (\\w+) = .*");
    private static final Pattern TEXT_OR_COMMENT = Pattern.compile("'(?:\\\\.|[^'\\\\\n])*'|--[^\n]*");
    /** A word that is not the name of a field. */
    private static final Pattern WORD = Pattern.compile("(?<![\\w.:])[A-Za-z_]\\w*");
    /** A script that mostly ends before this line makes no function of the library then. */
    static final String PLACE = "-- Here stands the library.\n";
    private final Map<String, String> parts = new LinkedHashMap<>();

    /** The library in {@code resources/redis/lib}. */
    static LuaLibrary load() {
        LuaLibrary library = new LuaLibrary();
        FILES.forEach(file -> library.add(read("lib/" + file)));
        return library;
    }

    /** A script in {@code resources/redis}, with all parts that it needs, in front of it or where it says. */
    String complete(String script) {
        String text = read(script);
        int place = text.indexOf(PLACE);
        String body = text.substring(place < 0 ? 0 : place);
        Set<String> needed = new LinkedHashSet<>();
        collect(body, null, needed);
        return text.substring(0, text.length() - body.length())
                + needed.stream().map(parts::get).collect(Collectors.joining()) + body;
    }

    /** The names of all parts. */
    Set<String> names() {
        return Set.copyOf(parts.keySet());
    }

    /** The words of a piece of Lua, without those in texts and comments and without the names of fields. */
    static Set<String> words(String lua) {
        return WORD.matcher(TEXT_OR_COMMENT.matcher(lua).replaceAll("''")).results().map(found -> found.group())
                .collect(Collectors.toSet());
    }

    private void add(String file) {
        StringBuilder open = new StringBuilder();
        String name = null;
        for (String line : file.lines().toList()) {
            if (name == null && (line.isEmpty() || line.startsWith("--"))) {
                continue;
            }
            name = name == null ? nameOf(line) : name;
            open.append(line).append('\n');
            if (line.equals("end") || NAME.matcher(line).matches()) {
                parts.put(name, open.toString());
                open.setLength(0);
                name = null;
            }
        }
    }

    private static String nameOf(String line) {
        Matcher function = FUNCTION.matcher(line);
        Matcher name = NAME.matcher(line);
        if (function.matches()) {
            return function.group(1);
        }
        if (name.matches()) {
            return name.group(1);
        }
        throw new IllegalStateException("a part of the Lua library begins with another line than its name: " + line);
    }

    /** Adds the parts that a piece of Lua names to those that are known to be needed, each one behind those that it needs. */
    private void collect(String lua, @Nullable String own, Set<String> needed) {
        Set<String> words = words(lua);
        for (Map.Entry<String, String> part : parts.entrySet()) {
            String name = part.getKey();
            if (words.contains(name) && !name.equals(own) && !needed.contains(name)) {
                collect(part.getValue(), name, needed);
                needed.add(name);
            }
        }
    }

    private static String read(String name) {
        try (InputStream in = LuaLibrary.class.getResourceAsStream("/redis/" + name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("missing script " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.parley.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The scripts in {@code resources/redis}: every change of state is one of them. */
enum Script {
    CREATE,
    SETTINGS,
    INDEXED,
    LISTED,
    LAST,
    ERASE_PLAN,
    ERASE,
    FORK(Before.VERSIONS),
    MESSAGES,
    MESSAGE,
    APPEND,
    EDIT,
    CHOOSE(Before.VERSIONS),
    RESULTS(Before.VERSIONS),
    REMOVE,
    SEARCH,
    OPEN,
    KNOWN,
    UNDO,
    COMMIT,
    TAKEOVER,
    RESTART,
    LINE,
    LEAVE,
    TURN,
    TURNS,
    READ,
    PEEK,
    USAGE,
    SUMMARY_PLAN,
    SUMMARY_ADD,
    VECTORS_TODO,
    VECTORS_ADD,
    VECTORS_READ,
    SPEND,
    PICK,
    LOG_APPEND(Before.CORE),
    LOG_READ,
    FEED,
    OWNER_CLAIM(Before.NOTHING),
    OWNER_ADD(Before.NOTHING),
    OWNER_CHARGE(Before.NOTHING),
    MODEL_FIND(Before.NOTHING),
    MODEL_LEARN(Before.NOTHING),
    MODEL_LIMIT(Before.NOTHING),
    MODEL_TAKEN(Before.NOTHING),
    RUNNING_DUE(Before.NOTHING);

    private final String source;
    private final String sha;

    /** What stands before a script: Redis makes all that is defined there anew at each call. */
    private enum Before {
        NOTHING,
        CORE("core"),
        ALL("core", "prelude"),
        VERSIONS("core", "prelude", "versions");

        private final List<String> files;

        Before(String... files) {
            this.files = List.of(files);
        }
    }

    Script() {
        this(Before.ALL);
    }

    Script(Before before) {
        String file = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.source = before.files.stream().map(Script::load).collect(Collectors.joining()) + load(file);
        this.sha = sha1(source);
    }

    String source() {
        return source;
    }

    String sha() {
        return sha;
    }

    /** The arguments of EVAL or EVALSHA. */
    List<String> call(String scriptOrSha, List<String> keys, List<String> arguments) {
        List<String> call = new ArrayList<>(2 + keys.size() + arguments.size());
        call.add(scriptOrSha);
        call.add(Integer.toString(keys.size()));
        call.addAll(keys);
        call.addAll(arguments);
        return call;
    }

    private static String load(String name) {
        try (InputStream in = Script.class.getResourceAsStream("/redis/" + name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("missing script " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}

package io.parley.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** The scripts in {@code resources/redis}: every change of state is one of them. */
enum Script {
    CREATE,
    SETTINGS,
    WRITE_FIELDS,
    LAST,
    ERASE_PLAN,
    ERASE,
    FORK,
    MESSAGES,
    MESSAGE,
    APPEND,
    EDIT,
    CHOOSE,
    RESULTS,
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
    LOG_APPEND,
    LOG_KEEP,
    LOG_READ,
    FEED,
    OWNER_CLAIM,
    OWNER_ADD,
    OWNER_CHARGE,
    MODEL_FIND,
    MODEL_LEARN,
    MODEL_LIMIT,
    MODEL_TAKEN,
    RUNNING_DUE;

    private final String source;
    private final String sha;

    /** Cannot be a field of the scripts, as these are made before such fields. */
    private static final class Parts {
        private static final LuaLibrary LIBRARY = LuaLibrary.load();
    }

    Script() {
        this.source = Parts.LIBRARY.complete(file());
        this.sha = sha1(source);
    }

    /** The name of its file, without the ending. */
    String file() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
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

    private static String sha1(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}

package io.parley.provider;

import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A body whose first bytes decide how it is read. Some servers label streams as JSON or as text, and JSON as a stream. Parley
 * has to pay for a good answer with a wrong label, so the label decides only if the bytes do not.
 */
final class UnlabelledBody implements AnswerBody {
    /** The first bytes that decide: they hold the name of a field and its colon. */
    private static final int ENOUGH = 6;
    private static final Pattern BLANK = Pattern.compile("^[\\s\\uFEFF]+");
    private static final Pattern FIELD = Pattern.compile("^(data|event|id|retry)?[:\\r\\n]");
    private static final Set<String> STREAMS = Set.of("", "text/event-stream");

    private final String label;
    private final Supplier<AnswerBody> stream;
    private final Supplier<AnswerBody> json;
    private Buffer first = Buffer.buffer();
    private @Nullable AnswerBody known;

    /**
     * Creates a body without bytes.
     *
     * @param label the content type of the head, null if the head has none
     * @param stream creates a reader of a stream of events
     * @param json creates a reader of one JSON value
     */
    UnlabelledBody(@Nullable String label, Supplier<AnswerBody> stream, Supplier<AnswerBody> json) {
        this.label = label == null ? "" : label.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        this.stream = stream;
        this.json = json;
    }

    @Override
    public void write(Buffer chunk) {
        if (known != null) {
            known.write(chunk);
            return;
        }
        first.appendBuffer(chunk);
        String begun = begun();
        if (begun.isEmpty()) {
            // Drop the blanks, which only keep the connection alive. The clock limits how long they may go on.
            first = Buffer.buffer();
        } else if (begun.length() >= ENOUGH || begun.charAt(0) == '{' || begun.charAt(0) == ':') {
            judge(begun);
        }
    }

    /** Returns the text so far, without the blanks before it. */
    private String begun() {
        return BLANK.matcher(first.toString()).replaceFirst("");
    }

    private void judge(String begun) {
        AnswerBody body = body(begun);
        known = body;
        Buffer all = first;
        first = Buffer.buffer();
        body.write(all.slice(blanks(all), all.length()));
    }

    private static int blanks(Buffer all) {
        Matcher blanks = BLANK.matcher(all.toString());
        return blanks.find() ? Math.toIntExact(TextPieces.utf8Length(blanks.group())) : 0;
    }

    private AnswerBody body(String begun) {
        char begin = begun.charAt(0);
        if (FIELD.matcher(begun).find()) {
            return stream.get();
        }
        if (begin == '{' || begin == '[' || label.equals("application/json") || label.endsWith("+json")) {
            return json.get();
        }
        if (STREAMS.contains(label) && begin != '<') {
            return stream.get();
        }
        throw ErrorClass.NOT_THE_API.failure();
    }

    @Override
    public void end() {
        String begun = begun();
        if (known == null && !begun.isEmpty()) {
            judge(begun);
        }
        if (known != null) {
            known.end();
        }
    }

    @Override
    public boolean isEnough() {
        return known != null && known.isEnough();
    }
}

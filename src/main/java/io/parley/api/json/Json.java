package io.parley.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.SegmentedStringWriter;
import com.fasterxml.jackson.core.util.BufferRecyclers;
import io.parley.conversation.RawJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Writes JSON texts. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {
    }

    /** Something that writes one JSON value. */
    @FunctionalInterface
    public interface Writing {
        /** Writes it. */
        void to(JsonGenerator json) throws IOException;
    }

    /** The text of a value. */
    public static String write(Writing writing) {
        try (SegmentedStringWriter text = new SegmentedStringWriter(BufferRecyclers.getBufferRecycler())) {
            try (JsonGenerator json = FACTORY.createGenerator(text)) {
                writing.to(json);
            }
            return text.getAndClear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a value as one line. No client sees the end of a line in it. Line breaks between the tokens of raw values become
     * spaces.
     */
    public static String writeLine(Writing writing) {
        return LineBreaks.escape(write(writing).replace('\n', ' ').replace('\r', ' '));
    }

    /**
     * Returns a text as it stands between quotation marks, in UTF-8 and on one line. A lone surrogate becomes {@code ?},
     * because UTF-8 cannot hold it.
     */
    static byte[] quoted(String text) {
        byte[] quoted = inUtf8(text);
        return LineBreaks.hasAny(text)
                ? LineBreaks.escape(new String(quoted, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8)
                : quoted;
    }

    private static byte[] inUtf8(String text) {
        try {
            return JsonStringEncoder.getInstance().quoteAsUTF8(text);
        } catch (IllegalArgumentException _) {
            String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            return JsonStringEncoder.getInstance().quoteAsUTF8(whole);
        }
    }

    static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, value);
        }
    }

    static void name(JsonGenerator json, String name, @Nullable Enum<?> value) throws IOException {
        text(json, name, value == null ? null : Names.of(value));
    }

    static void time(JsonGenerator json, String name, Instant time) throws IOException {
        json.writeStringField(name, time.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    static void raw(JsonGenerator json, String name, RawJson value) throws IOException {
        json.writeFieldName(name);
        json.writeRawValue(value.text());
    }
}

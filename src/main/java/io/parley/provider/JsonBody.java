package io.parley.provider;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes request bodies: UTF-8, field by field in the order they are given. */
public final class JsonBody {

    private JsonBody() {
    }

    /** What {@code body} writes. */
    public static Buffer write(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
        try (JsonGenerator json = WireJson.MAPPER.createGenerator(bytes)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    /** Writes one JSON value. */
    @FunctionalInterface
    public interface Body {
        /** Writes it to {@code json}. */
        void write(JsonGenerator json) throws IOException;
    }
}

package io.parley.provider;

import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Writes request bodies: UTF-8, field by field in the order they are given. */
public final class JsonBody {

    private JsonBody() {
    }

    /** What {@code body} writes, which may be long: it is not copied. */
    public static Buffer write(Body body) {
        ByteBuf bytes = Unpooled.buffer(8192);
        try (JsonGenerator json = WireJson.MAPPER.createGenerator((OutputStream) new ByteBufOutputStream(bytes))) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return Buffer.buffer(bytes);
    }

    /** Writes one JSON value. */
    @FunctionalInterface
    public interface Body {
        /** Writes it to {@code json}. */
        void write(JsonGenerator json) throws IOException;
    }
}

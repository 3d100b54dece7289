package io.parley.api;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Gives a request of HTTP/2 another path if Quarkus would refuse its path with a bare status. {@link RequestLineCheck} handles
 * such requests of HTTP/1. The other path is not legal either, but Quarkus passes it on to {@link RequestHead}, which refuses
 * the request with a problem.
 */
final class Http2PathCheck extends Http2FrameListenerDecorator {
    /** A path that {@link URI} accepts and RFC 3986 forbids, because it has a letter beyond ASCII. */
    private static final String REFUSED = "/\u00e4";
    private final Http2ConnectionDecoder decoder;

    private Http2PathCheck(Http2ConnectionDecoder decoder) {
        super(decoder.frameListener());
        this.decoder = decoder;
    }

    /** Checks the requests of a connection. */
    static void addTo(Http2ConnectionDecoder decoder) {
        decoder.frameListener(new Http2PathCheck(decoder));
    }

    /** Adds this check again, because Vert.x replaces this listener by its own when the first settings come. */
    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        super.onSettingsRead(context, settings);
        if (decoder.frameListener() != this) {
            addTo(decoder);
        }
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean isLast)
            throws Http2Exception {
        check(headers);
        super.onHeadersRead(context, stream, headers, padding, isLast);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int stream, Http2Headers headers, int dependency, short weight,
            boolean isExclusive, int padding, boolean isLast) throws Http2Exception {
        check(headers);
        super.onHeadersRead(context, stream, headers, dependency, weight, isExclusive, padding, isLast);
    }

    private static void check(Http2Headers headers) {
        CharSequence path = headers.path();
        if (path == null || path.isEmpty()) {
            return;
        }
        try {
            URI unused = new URI(path.toString());
        } catch (URISyntaxException _) {
            headers.path(REFUSED);
        }
    }
}

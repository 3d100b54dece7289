package io.parley.api;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Marks a request as unreadable if Quarkus or Vert.x would refuse its first line with a bare status, so that {@link
 * ClientConnections} answers it. {@link Http2PathCheck} handles such requests of HTTP/2. This class also tells {@link
 * ClientConnection} when the body of a request ends. It has no state.
 */
@ChannelHandler.Sharable
final class RequestLineCheck extends ChannelInboundHandlerAdapter {

    /** The request names a version of HTTP that Parley does not speak. */
    static final class UnknownVersion extends RuntimeException {
        private static final long serialVersionUID = 1;

        private UnknownVersion() {
            super(null, null, false, false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            check(request);
        }
        boolean isLast = message instanceof LastHttpContent;
        context.fireChannelRead(message);
        if (isLast) {
            context.pipeline().fireUserEventTriggered(ClientConnection.BODY_ENDS);
        }
    }

    private static void check(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            refuse(request, new UnknownVersion());
        } else if (request.decoderResult().isSuccess()) {
            try {
                URI unused = new URI(request.uri());
            } catch (URISyntaxException e) {
                refuse(request, e);
            }
        }
    }

    private static void refuse(HttpRequest request, Exception why) {
        // Vert.x answers with the version of the request, so the version must be a known one.
        request.setProtocolVersion(HttpVersion.HTTP_1_1);
        request.setDecoderResult(DecoderResult.failure(why));
    }
}

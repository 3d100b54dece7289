package io.parley.benchmark;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalChannel;
import io.netty.util.ByteProcessor;
import io.parley.testing.MemoryNetwork;
import java.nio.charset.StandardCharsets;

/** A client in memory that costs next to nothing: it counts the tokens that it is sent. Used on its loop only. */
final class MemoryClient extends SimpleChannelInboundHandler<ByteBuf> {
    private static final byte[] REQUEST = "POST /turns HTTP/1.1\r\nhost: memory\r\ncontent-length: 0\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    /** The last five bytes of an answer in chunks: {@code 0}, and two ends of a line. */
    private static final long END = 0x30_0D_0A_0D_0AL;
    private static final long FIVE_BYTES = 0xFF_FFFF_FFFFL;
    private final byte[] mark;
    private final Runnable reached;
    private final Channel channel;
    private final ByteProcessor counting = this::count;
    private final byte[] newest = new byte[512];
    private int matched;
    private long window;
    private long tokens;
    private long target;
    private boolean ended;
    private boolean behind;

    /**
     * Connects.
     *
     * @param mark a text that stands in each token's event, and nowhere else
     * @param reached runs when the awaited tokens, or the awaited end, have come
     */
    MemoryClient(EventLoopGroup loop, int port, String mark, Runnable reached) {
        this.mark = mark.getBytes(StandardCharsets.US_ASCII);
        this.reached = reached;
        this.channel = new Bootstrap().group(loop).channel(LocalChannel.class).handler(this)
                .connect(MemoryNetwork.address(port)).syncUninterruptibly().channel();
    }

    /** Asks for a further stream of events. */
    void ask() {
        tokens = 0;
        ended = false;
        channel.writeAndFlush(Unpooled.wrappedBuffer(REQUEST), channel.voidPromise());
    }

    /** Waits for so many tokens of the stream; returns whether they have still to come. */
    boolean awaitTokens(long count) {
        target = count;
        behind = tokens < count;
        return behind;
    }

    /** Waits for the end of the stream. */
    void awaitEnd() {
        target = Long.MAX_VALUE;
        behind = true;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf read) {
        read.getBytes(read.readerIndex(), newest, 0, Math.min(newest.length, read.readableBytes()));
        read.forEachByte(counting);
        if (behind && (tokens >= target || ended)) {
            behind = false;
            reached.run();
        }
    }

    private boolean count(byte next) {
        matched = next == mark[matched] ? matched + 1 : next == mark[0] ? 1 : 0;
        if (matched == mark.length) {
            matched = 0;
            tokens++;
        }
        window = (window << Byte.SIZE | next & 0xFF) & FIVE_BYTES;
        ended |= window == END;
        return true;
    }

    /** Says how far it is, for the error of a run that hangs. */
    @Override
    public String toString() {
        return tokens + " of " + target + " tokens, at last: " + new String(newest, StandardCharsets.UTF_8);
    }
}

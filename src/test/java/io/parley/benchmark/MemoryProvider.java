package io.parley.benchmark;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalServerChannel;
import io.parley.testing.MemoryNetwork;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A provider in memory that costs next to nothing: it writes prepared bytes to all calls that run. Used on its loop only. */
final class MemoryProvider {
    private final byte[] head;
    private final Runnable called;
    private final List<Channel> calls = new ArrayList<>();

    private MemoryProvider(byte[] head, Runnable called) {
        this.head = head;
        this.called = called;
    }

    /**
     * Starts a provider.
     *
     * @param head how each answer begins
     * @param called runs when a call has come
     */
    static MemoryProvider start(EventLoopGroup loop, int port, byte[] head, Runnable called) {
        MemoryProvider provider = new MemoryProvider(head, called);
        new ServerBootstrap().group(loop).channel(LocalServerChannel.class).childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(provider.new Request());
            }
        }).bind(MemoryNetwork.address(port)).syncUninterruptibly();
        return provider;
    }

    /** Writes to each call that runs. */
    void write(byte[] bytes) {
        calls.forEach(call -> write(call, bytes));
    }

    /** Ends all replies that run. */
    void end(byte[] bytes) {
        write(bytes);
        calls.clear();
    }

    private static void write(Channel call, byte[] bytes) {
        call.writeAndFlush(call.alloc().directBuffer(bytes.length).writeBytes(bytes), call.voidPromise());
    }

    /** Waits for the end of a request, which is that of its JSON. */
    private final class Request extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            if (bytes.toString(StandardCharsets.UTF_8).endsWith("}")) {
                write(context.channel(), head);
                calls.add(context.channel());
                called.run();
            }
        }
    }
}

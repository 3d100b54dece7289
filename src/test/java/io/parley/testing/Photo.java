package io.parley.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Pictures that cannot be compressed, as photographs are. */
public final class Photo {
    private static final int WIDTH = 1_220;
    private static final int HEIGHT = 1_200;
    private static final byte[] SIGNATURE = { (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    /** Eight bits for each of red, green and blue; the usual compression and filters; not interlaced. */
    private static final byte[] BITS_AND_COLOURS = { 8, 2, 0, 0, 0 };

    private Photo() {
    }

    /**
     * Returns a picture of 4.4 MB as PNG, another one for each seed. The file is written without compression, which would take
     * a second for nothing.
     */
    public static byte[] png(int seed) {
        Random random = new Random(seed);
        ByteBuffer rows = ByteBuffer.allocate(HEIGHT * (1 + 3 * WIDTH));
        byte[] row = new byte[3 * WIDTH];
        while (rows.hasRemaining()) {
            random.nextBytes(row);
            // Each row begins with the filter that changes nothing.
            rows.put((byte) 0).put(row);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(SIGNATURE);
        chunk(file, "IHDR", ByteBuffer.allocate(13).putInt(WIDTH).putInt(HEIGHT).put(BITS_AND_COLOURS).array());
        chunk(file, "IDAT", stored(rows.array()));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static byte[] stored(byte[] pixels) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Deflater none = new Deflater(Deflater.NO_COMPRESSION);
                DeflaterOutputStream out = new DeflaterOutputStream(bytes, none, 1 << 16)) {
            out.write(pixels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes a chunk as section 5.3 of the PNG specification says: length, type, data, and the CRC of type and data. */
    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] typed = ByteBuffer.allocate(4 + data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data).array();
        CRC32 check = new CRC32();
        check.update(typed);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(typed);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) check.getValue()).array());
    }

    /** One of these as a block of a message's content. */
    public static String block(int seed) {
        return "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"mediaType\":\"image/png\",\"data\":\""
                + Base64.getEncoder().encodeToString(png(seed)) + "\"}}";
    }
}

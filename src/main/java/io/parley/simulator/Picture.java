package io.parley.simulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** What can be told of an image without looking at it: its format and size. */
final class Picture {
    /** Enough for every header but that of a JPEG with a large preview in front; a multiple of four. */
    private static final int HEAD = 256 * 1024;

    private Picture() {
    }

    /** An image by its URL or data URL, in words. */
    static String describe(String url) {
        if (!url.startsWith("data:")) {
            return "an image at a URL";
        }
        int comma = url.indexOf(',');
        int end = url.indexOf(';');
        return comma < 0 || end < 0 ? "an image" : describe(url.substring("data:".length(), end), url.substring(comma + 1));
    }

    /** An image by its bytes in base64, in words: {@code an image of 640×480, PNG}. */
    static String describe(String mediaType, String base64) {
        String format = mediaType.substring(mediaType.indexOf('/') + 1).toUpperCase(Locale.ROOT);
        try {
            byte[] head = Base64.getDecoder().decode(base64.substring(0, Math.min(base64.length(), HEAD)));
            Size size = size(ByteBuffer.wrap(head));
            return "an image of " + size.width() + "×" + size.height() + ", " + format;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "an image, " + format;
        }
    }

    private static Size size(ByteBuffer bytes) {
        if (bytes.getInt(0) == 0x89504e47) {
            return new Size(bytes.getInt(16), bytes.getInt(20));
        }
        if (bytes.getShort(0) == (short) 0xffd8) {
            return jpeg(bytes);
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (ascii(bytes, 0, 4).equals("GIF8")) {
            return new Size(unsigned(bytes, 6), unsigned(bytes, 8));
        }
        return switch (ascii(bytes, 12, 4)) {
            case "VP8X" -> new Size(1 + (bytes.getInt(24) & 0xffffff), 1 + (bytes.getInt(26) >>> 8));
            case "VP8L" -> new Size(1 + (bytes.getInt(21) & 0x3fff), 1 + (bytes.getInt(21) >>> 14 & 0x3fff));
            case "VP8 " -> new Size(unsigned(bytes, 26) & 0x3fff, unsigned(bytes, 28) & 0x3fff);
            default -> throw new IllegalArgumentException("unknown format");
        };
    }

    private static Size jpeg(ByteBuffer bytes) {
        int position = 2;
        while ((bytes.get(position) & 0xff) == 0xff) {
            int marker = bytes.get(position + 1) & 0xff;
            boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
            if (frame) {
                return new Size(unsigned(bytes, position + 7), unsigned(bytes, position + 5));
            }
            position += 2 + unsigned(bytes, position + 2);
        }
        throw new IllegalArgumentException("no frame");
    }

    private static int unsigned(ByteBuffer bytes, int index) {
        return bytes.getShort(index) & 0xffff;
    }

    private static String ascii(ByteBuffer bytes, int index, int length) {
        byte[] text = new byte[length];
        bytes.get(index, text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private record Size(int width, int height) {}
}

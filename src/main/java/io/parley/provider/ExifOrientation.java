package io.parley.provider;

import java.awt.geom.AffineTransform;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The orientation of the camera that took a JPEG, from Exif tag 0x0112. A picture that is encoded again loses the tag, so
 * Parley must turn its pixels instead.
 *
 * @param value 1 to 8, as TIFF 6.0 defines them
 */
record ExifOrientation(int value) {
    static final ExifOrientation UPRIGHT = new ExifOrientation(1);
    private static final int JPEG_START = 0xFFD8;
    private static final int APP1 = 0xFFE1;
    private static final int SCAN = 0xFFDA;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final int TAG = 0x0112;
    private static final int ENTRY = 12;
    private static final int VALUE_AT = 8;
    private static final int FIRST_TURNED = 5;
    private static final int LAST = 8;

    /** Reads the orientation from a file; upright if the file has none. */
    static ExifOrientation of(byte[] file) {
        try {
            return inSegments(ByteBuffer.wrap(file));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException _) {
            return UPRIGHT;
        }
    }

    private static ExifOrientation inSegments(ByteBuffer file) {
        if ((file.getShort() & 0xFFFF) != JPEG_START) {
            return UPRIGHT;
        }
        int marker = file.getShort() & 0xFFFF;
        while (marker != SCAN && marker >>> 8 == 0xFF) {
            int length = (file.getShort() & 0xFFFF) - 2;
            ByteBuffer segment = file.slice(file.position(), length);
            if (marker == APP1 && length > EXIF.length && segment.slice(0, EXIF.length).equals(ByteBuffer.wrap(EXIF))) {
                return inTiff(segment.slice(EXIF.length, length - EXIF.length));
            }
            file.position(file.position() + length);
            marker = file.getShort() & 0xFFFF;
        }
        return UPRIGHT;
    }

    private static ExifOrientation inTiff(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + i * ENTRY;
            if ((tiff.getShort(entry) & 0xFFFF) == TAG) {
                int value = tiff.getShort(entry + VALUE_AT);
                return value < 1 || value > LAST ? UPRIGHT : new ExifOrientation(value);
            }
        }
        return UPRIGHT;
    }

    /** Returns whether width and height are exchanged. */
    boolean isTurned() {
        return value >= FIRST_TURNED;
    }

    /** Returns the transform that puts a picture upright. Width and height are pixels as stored. */
    AffineTransform upright(int width, int height) {
        return switch (value) {
            case 2 -> new AffineTransform(-1, 0, 0, 1, width, 0);
            case 3 -> new AffineTransform(-1, 0, 0, -1, width, height);
            case 4 -> new AffineTransform(1, 0, 0, -1, 0, height);
            case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
            case 6 -> new AffineTransform(0, 1, -1, 0, height, 0);
            case 7 -> new AffineTransform(0, -1, -1, 0, height, width);
            case 8 -> new AffineTransform(0, -1, 1, 0, 0, width);
            default -> new AffineTransform();
        };
    }
}

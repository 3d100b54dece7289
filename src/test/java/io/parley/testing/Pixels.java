package io.parley.testing;

import io.parley.conversation.ImageSource;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes pictures of a given size. */
public final class Pixels {
    private Pixels() {
    }

    /** Returns a picture with a red left half and a blue right half. */
    public static BufferedImage halves(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, (x < width / 2 ? Color.RED : Color.BLUE).getRGB());
            }
        }
        return picture;
    }

    /** Returns a picture that does not compress. */
    public static BufferedImage noise(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(width);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, random.nextInt());
            }
        }
        return picture;
    }

    /** Encodes a picture as png, gif or jpeg. */
    public static byte[] file(BufferedImage picture, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (format.equals("jpeg")) {
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                param.setCompressionQuality(1);
            }
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), param);
            writer.dispose();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Returns a JPEG with the four colours of a printer.
     *
     * @param transform the value in Adobe's marker: 0 for CMYK, 2 for YCCK
     */
    public static byte[] cmyk(int width, int height, int transform) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(
                    new IIOImage(Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null), null, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        byte[] file = bytes.toByteArray();
        byte[] adobe = HexFormat.of().parseHex("ffee000e41646f626500640000000" + "0" + "0" + transform);
        byte[] marked = new byte[file.length + adobe.length];
        System.arraycopy(file, 0, marked, 0, 2);
        System.arraycopy(adobe, 0, marked, 2, adobe.length);
        System.arraycopy(file, 2, marked, 2 + adobe.length, file.length - 2);
        return marked;
    }

    /** Returns a file in the form that a request has. */
    public static ImageSource.Inline inline(String format, byte[] file) {
        return new ImageSource.Inline("image/" + format, Base64.getEncoder().encodeToString(file));
    }

    /** Returns a picture in the form that a request has. */
    public static ImageSource.Inline inline(String format, BufferedImage picture) {
        return inline(format, file(picture, format));
    }
}

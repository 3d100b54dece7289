package io.parley.provider;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import io.parley.conversation.ImageSource;
import io.parley.provider.PictureLimits.Sides;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/** One picture as a file. It reads the size from the head of the file and makes the picture smaller. */
final class PictureFile {
    /** The most bytes that one decoded picture takes. */
    static final long MOST_DECODED = 64L << 20;
    /** The most pixels of a WebP picture, because its reader decodes the whole picture before it makes it smaller. */
    private static final long MOST_WEBP_PIXELS = MOST_DECODED / Integer.BYTES;
    private static final float[] QUALITIES = { 0.85f, 0.6f, 0.4f };
    private static final int HALVINGS = 4;
    private static final String WEBP = "image/webp";
    private static final String PNG = "image/png";
    private static final String JPEG = "image/jpeg";

    static {
        registerWebP();
    }

    private final String mediaType;
    private final byte[] bytes;

    PictureFile(String mediaType, byte[] bytes) {
        this.mediaType = mediaType;
        this.bytes = bytes;
    }

    private static void registerWebP() {
        try {
            IIORegistry.getDefaultInstance().registerServiceProvider(new WebPImageReaderSpi());
        } catch (LinkageError _) {
            // A slim image of the JDK may lack a library of ImageIO. Then each picture is one that cannot be read.
        }
    }

    /** Returns the SHA-256 of the file. */
    String hash() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Returns the pixels of the longer side; 0 if they are unknown. */
    int side() {
        try (ImageInputStream in = open()) {
            ImageReader reader = reader(in);
            return reader == null ? 0 : Math.max(reader.getWidth(0), reader.getHeight(0));
        } catch (IOException | RuntimeException | LinkageError _) {
            return 0;
        }
    }

    /**
     * Returns the same picture within {@link PictureLimits#SIDE}; empty if it cannot be read, or if the process has no library
     * that reads it. Computes for some tenths of a second.
     *
     * @param limit the most characters of base64; the picture does not become longer than {@link PictureLimits#written} allows
     */
    Optional<ImageSource.Inline> smaller(long limit) {
        try {
            BufferedImage picture = decoded();
            return picture == null ? Optional.empty()
                    : encoded(picture, PictureLimits.written(PictureLimits.characters(bytes.length), limit));
        } catch (IOException | RuntimeException | LinkageError _) {
            return Optional.empty();
        }
    }

    private ImageInputStream open() {
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
    }

    private static @Nullable ImageReader reader(ImageInputStream in) {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        if (!readers.hasNext()) {
            return null;
        }
        ImageReader reader = readers.next();
        reader.setInput(in, true, true);
        return reader;
    }

    /** Decodes only as many pixels as the smaller picture needs, so that a picture of 100 million pixels fits into memory. */
    private @Nullable BufferedImage decoded() throws IOException {
        try (ImageInputStream in = open()) {
            ImageReader reader = reader(in);
            if (reader == null || isTooMuch(reader)) {
                return null;
            }
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            int step = Math.max(1, Math.max(width, height) / PictureLimits.SIDE);
            ImageReadParam param = reader.getDefaultReadParam();
            param.setSourceSubsampling(step, step, 0, 0);
            BufferedImage read = reader.read(0, param);
            reader.dispose();
            return scaled(read, PictureLimits.sides(width, height), ExifOrientation.of(bytes));
        }
    }

    private boolean isTooMuch(ImageReader reader) throws IOException {
        return mediaType.equals(WEBP) && (long) reader.getWidth(0) * reader.getHeight(0) > MOST_WEBP_PIXELS;
    }

    private static BufferedImage scaled(BufferedImage picture, Sides sides, ExifOrientation orientation) {
        int width = sides.width();
        int height = sides.height();
        boolean turned = orientation.isTurned();
        BufferedImage scaled = new BufferedImage(turned ? height : width, turned ? width : height,
                picture.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        AffineTransform place = orientation.upright(width, height);
        place.scale((double) width / picture.getWidth(), (double) height / picture.getHeight());
        graphics.drawImage(picture, place, null);
        graphics.dispose();
        return scaled;
    }

    private Optional<ImageSource.Inline> encoded(BufferedImage picture, long most) throws IOException {
        BufferedImage next = picture;
        for (int i = 0; i <= HALVINGS; i++) {
            Optional<ImageSource.Inline> found = encodedAsItIs(next, most);
            if (found.isPresent()) {
                return found;
            }
            next = scaled(next, new Sides(next.getWidth(), next.getHeight()).halved(), ExifOrientation.UPRIGHT);
        }
        return Optional.empty();
    }

    private Optional<ImageSource.Inline> encodedAsItIs(BufferedImage picture, long most) throws IOException {
        if (!mediaType.equals(JPEG)) {
            ByteArrayOutputStream out = png(picture);
            if (fits(out, most)) {
                return Optional.of(inline(PNG, out));
            }
        }
        for (float quality : QUALITIES) {
            ByteArrayOutputStream out = jpeg(onWhite(picture), quality);
            if (fits(out, most)) {
                return Optional.of(inline(JPEG, out));
            }
        }
        return Optional.empty();
    }

    private static boolean fits(ByteArrayOutputStream out, long most) {
        return out.size() > 0 && PictureLimits.characters(out.size()) <= most;
    }

    private static ImageSource.Inline inline(String type, ByteArrayOutputStream out) {
        return new ImageSource.Inline(type, Base64.getEncoder().encodeToString(out.toByteArray()));
    }

    /** Paints the picture on white, because JPEG has no transparency. */
    private static BufferedImage onWhite(BufferedImage picture) {
        if (picture.getType() == BufferedImage.TYPE_INT_RGB) {
            return picture;
        }
        BufferedImage opaque = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = opaque.createGraphics();
        graphics.drawImage(picture, 0, 0, Color.WHITE, null);
        graphics.dispose();
        return opaque;
    }

    private static ByteArrayOutputStream png(BufferedImage picture) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(picture, "png", out)) {
                throw new IOException("every JDK writes PNG");
            }
        }
        return bytes;
    }

    private static ByteArrayOutputStream jpeg(BufferedImage picture, float quality) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(quality);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes;
    }
}

package io.parley.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures that cannot be compressed, as photographs are. */
public final class Photo {
    private static final int WIDTH = 1_220;
    private static final int HEIGHT = 1_200;

    private Photo() {
    }

    /** A picture of 4.4 MB, PNG, another one for each seed. */
    public static byte[] png(int seed) {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int at = 0; at < WIDTH * HEIGHT; at++) {
            picture.setRGB(at % WIDTH, at / WIDTH, random.nextInt());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** One of these as a block of a message's content. */
    public static String block(int seed) {
        return "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"mediaType\":\"image/png\",\"data\":\""
                + Base64.getEncoder().encodeToString(png(seed)) + "\"}}";
    }
}

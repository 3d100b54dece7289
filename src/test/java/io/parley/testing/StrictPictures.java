package io.parley.testing;

import static io.parley.testing.StrictBody.demand;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Refuses the pictures that Anthropic refuses, because servers in front of it pass its limits on in every protocol. */
final class StrictPictures {
    private static final Set<String> TYPES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");
    private static final int MOST = 100;
    private static final int FEW = 20;
    private static final int MOST_CHARACTERS = 5 * 1024 * 1024;
    private static final int SIDE = 8_000;
    private static final int SIDE_OF_MANY = 2_000;
    private final boolean taken;
    private int count;
    private int longest;

    StrictPictures(boolean taken) {
        this.taken = taken;
    }

    void url(String url, String at) {
        demand(taken, at + ": the model takes no pictures");
        demand(url.startsWith("https://"), at + ": no https URL");
        count++;
    }

    void base64(String type, String data, String at) {
        demand(taken, at + ": the model takes no pictures");
        demand(TYPES.contains(type), at + ": media type " + type);
        demand(data.length() <= MOST_CHARACTERS, at + ": image exceeds 5 MB maximum: " + data.length());
        longest = Math.max(longest, side(type, Base64.getDecoder().decode(data), at));
        count++;
    }

    void end() {
        demand(count <= MOST, "messages: too many images: " + count);
        demand(longest <= SIDE, "messages: image dimensions exceed max allowed size: 8000 pixels");
        demand(count <= FEW || longest <= SIDE_OF_MANY,
                "messages: image dimensions exceed max allowed size for many-image requests: 2000 pixels");
    }

    private static int side(String type, byte[] bytes, String at) {
        try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            demand(readers.hasNext(), at + ": could not process image");
            ImageReader reader = readers.next();
            reader.setInput(in);
            demand(type.endsWith(reader.getFormatName().toLowerCase(java.util.Locale.ROOT)), at + ": image is no " + type);
            return Math.max(reader.getWidth(0), reader.getHeight(0));
        } catch (IOException e) {
            throw new StrictBody.Refused(at + ": could not process image");
        }
    }
}

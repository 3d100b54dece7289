package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {

    @ParameterizedTest
    @ValueSource(strings = { "png", "jpeg", "gif" })
    void format_and_size_of_a_real_image_are_told(String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB), format, bytes);
        String base64 = Base64.getEncoder().encodeToString(bytes.toByteArray());

        assertThat(Picture.describe("data:image/" + format + ";base64," + base64))
                .isEqualTo("an image of 640×480, " + format.toUpperCase(java.util.Locale.ROOT));
    }

    @Test
    void what_cannot_be_read_is_an_image_all_the_same() {
        assertThat(Picture.describe("image/png", "####")).isEqualTo("an image, PNG");
        assertThat(Picture.describe("image/png", "AAAA")).isEqualTo("an image, PNG");
        assertThat(Picture.describe("data:nothing")).isEqualTo("an image");
        assertThat(Picture.describe("https://example.org/a.png")).isEqualTo("an image at a URL");
    }
}

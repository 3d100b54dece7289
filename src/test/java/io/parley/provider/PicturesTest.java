package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.provider.WireRules.Reasoning;
import io.parley.testing.Histories;
import io.parley.testing.Pixels;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures as they are sent to a provider. */
class PicturesTest {
    private static final WireRules RULES = new WireRules("p", false, true, Reasoning.NONE, true, true, false);
    /** A WebP picture of one pixel. */
    private static final ImageSource.Inline WEBP = new ImageSource.Inline("image/webp",
            "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA=");
    private final Pictures pictures = new Pictures();

    @Test
    void a_picture_within_the_limits_stays_as_it_is() {
        for (ImageSource.Inline small : List.of(Pixels.inline("png", Pixels.halves(2_000, 3)), WEBP,
                new ImageSource.Inline("image/png", "iVBORw=="))) {
            assertThat(fitted(small)).isEqualTo(new Content.Image(small));
        }
        assertThat(pictures.characters()).isZero();
    }

    @Test
    void a_picture_that_is_wider_or_higher_than_servers_take_is_made_smaller() throws IOException {
        BufferedImage wide = decoded(smaller(Pixels.inline("png", Pixels.halves(9_000, 8))));
        assertThat(wide.getWidth()).isEqualTo(2_000);
        assertThat(wide.getHeight()).isBetween(1, 2);
        BufferedImage high = decoded(smaller(Pixels.inline("gif", Pixels.halves(10, 2_400))));
        assertThat(high.getHeight()).isEqualTo(2_000);
        BufferedImage square = decoded(smaller(Pixels.inline("jpeg", Pixels.halves(2_400, 2_400))));
        assertThat(square.getWidth()).isEqualTo(2_000).isEqualTo(square.getHeight());
    }

    @Test
    void a_picture_of_more_bytes_than_servers_take_becomes_one_of_fewer() throws IOException {
        ImageSource.Inline photo = Pixels.inline("jpeg", Pixels.noise(1_900, 1_500));
        assertThat(photo.base64().length()).isGreaterThan(PictureLimits.CHARACTERS);
        ImageSource.Inline smaller = smaller(photo);
        assertThat(smaller.mediaType()).isEqualTo("image/jpeg");
        assertThat(smaller.base64()).hasSizeLessThanOrEqualTo(PictureLimits.CHARACTERS);
        assertThat(decoded(smaller).getWidth()).isGreaterThan(1_000);
        ImageSource.Inline drawn = smaller(Pixels.inline("png", Pixels.noise(1_300, 1_000)));
        assertThat(drawn.base64()).hasSizeLessThanOrEqualTo(PictureLimits.CHARACTERS);
    }

    @Test
    void pictures_in_results_are_made_smaller_too() {
        Content large = new Content.Image(Pixels.inline("png", Pixels.halves(9_000, 8)));
        Message result = new Message.Tool(Histories.meta(2, 1), List.of(new Content.ToolResult("c", List.of(large), false)));
        WireHistory history = pictures.fitted(WireHistory.of(List.of(Histories.call(1, 1, "c"), result), RULES));
        Content.ToolResult sent = (Content.ToolResult) history.entries().getLast().blocks().getFirst().content();
        assertThat(sent.content()).doesNotContain(large).singleElement().isInstanceOf(Content.Image.class);
    }

    @Test
    void a_photo_stays_upright() throws IOException {
        byte[] file = Pixels.file(Pixels.halves(2_400, 1_200), "jpeg");
        ByteArrayOutputStream turned = new ByteArrayOutputStream();
        turned.write(file, 0, 2);
        turned.write(HexFormat.of().parseHex("ffe10022" + "457869660000" + "4d4d002a00000008" + "0001" + "0112000300000001"
                + "00060000" + "00000000"));
        turned.write(file, 2, file.length - 2);
        BufferedImage upright = decoded(smaller(Pixels.inline("jpeg", turned.toByteArray())));
        assertThat(upright.getWidth()).isEqualTo(1_000);
        assertThat(upright.getHeight()).isEqualTo(2_000);
        assertThat(new Color(upright.getRGB(500, 100)).getRed()).isGreaterThan(200);
        assertThat(new Color(upright.getRGB(500, 1_900)).getBlue()).isGreaterThan(200);
    }

    @Test
    void a_line_of_text_stands_for_a_large_picture_that_cannot_be_read() {
        byte[] broken = Pixels.file(Pixels.halves(9_000, 8), "png");
        Arrays.fill(broken, 60, broken.length, (byte) 7);
        assertThat(fitted(Pixels.inline("png", broken))).isEqualTo(new Content.Text(Pictures.TOO_LARGE));
        assertThat(fitted(Pixels.inline("png", new byte[4_000_000]))).isEqualTo(new Content.Text(Pictures.TOO_LARGE));
    }

    @Test
    void what_was_made_smaller_is_kept_within_bounds() {
        Pictures few = new Pictures(2_000);
        ImageSource.Inline large = Pixels.inline("png", Pixels.halves(9_000, 8));
        assertThat(source(few, large)).isSameAs(source(few, large));
        for (int i = 1; i <= 20; i++) {
            assertThat(source(few, Pixels.inline("png", Pixels.halves(9_000 + i, 2)))).isNotNull();
        }
        assertThat(few.characters()).isBetween(1_000L, 2_000L);
    }

    private static ImageSource source(Pictures pictures, ImageSource.Inline picture) {
        Message message = new Message.User(Histories.meta(1, 1), List.of(new Content.Image(picture)));
        Content fitted = pictures.fitted(WireHistory.of(List.of(message), RULES)).entries().getFirst().blocks().getFirst()
                .content();
        return ((Content.Image) fitted).source();
    }

    private Content fitted(ImageSource.Inline picture) {
        Message message = new Message.User(Histories.meta(1, 1), List.of(new Content.Image(picture)));
        return pictures.fitted(WireHistory.of(List.of(message), RULES)).entries().getFirst().blocks().getFirst().content();
    }

    private ImageSource.Inline smaller(ImageSource.Inline picture) {
        Content.Image fitted = (Content.Image) fitted(picture);
        assertThat(fitted.source()).isNotEqualTo(picture);
        return (ImageSource.Inline) fitted.source();
    }

    private static BufferedImage decoded(ImageSource.Inline picture) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(picture.base64())));
    }
}

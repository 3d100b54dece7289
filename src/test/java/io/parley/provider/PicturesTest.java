package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.provider.WireRules.Reasoning;
import io.parley.testing.Histories;
import io.parley.testing.Pixels;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures as they are sent to a provider. */
class PicturesTest {
    private static final WireRules RULES = new WireRules("p", false, true, Reasoning.NONE, true, true, false);
    /** A WebP picture of one pixel. */
    private static final ImageSource.Inline WEBP = new ImageSource.Inline("image/webp",
            "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA=");
    private final Pictures pictures = new Pictures();

    @AfterEach
    void close() {
        pictures.close();
    }

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
        WireHistory history = fitted(pictures, HardPictureLimits.STRICTEST, Histories.call(1, 1, "c"), result);
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
    void what_is_transparent_becomes_white_in_a_jpeg() throws IOException {
        BufferedImage noise = Pixels.noise(1_400, 1_400);
        BufferedImage sketch = new BufferedImage(1_400, 1_400, BufferedImage.TYPE_INT_ARGB);
        sketch.getGraphics().drawImage(noise.getSubimage(0, 0, 1_400, 1_300), 0, 0, null);
        ImageSource.Inline sent = smaller(Pixels.inline("png", sketch));
        assertThat(sent.mediaType()).isEqualTo("image/jpeg");
        assertThat(new Color(decoded(sent).getRGB(700, 1_380)).getGreen()).isGreaterThan(250);
    }

    @Test
    void a_line_of_text_stands_for_a_large_picture_that_cannot_be_read() {
        byte[] broken = Pixels.file(Pixels.halves(9_000, 8), "png");
        Arrays.fill(broken, 60, broken.length, (byte) 7);
        assertThat(fitted(Pixels.inline("png", broken))).isEqualTo(new Content.Text(Pictures.TOO_LARGE));
        assertThat(fitted(Pixels.inline("png", new byte[4_000_000]))).isEqualTo(new Content.Text(Pictures.TOO_LARGE));
    }

    @Test
    void a_large_picture_that_cannot_be_read_is_sent_as_it_is_where_the_server_takes_it() {
        for (ImageSource.Inline taken : List.of(unreadable(2_001, 1_000), unreadable(8_000, 1_000),
                unreadable(10, 3_900_000))) {
            assertThat(fitted(taken)).isEqualTo(new Content.Image(taken));
        }
        for (ImageSource.Inline large : List.of(unreadable(8_001, 1_000), unreadable(10, 4_000_000))) {
            assertThat(fitted(large)).isEqualTo(new Content.Text(Pictures.TOO_LARGE));
            assertThat(fitted(large, HardPictureLimits.OPENAI)).isEqualTo(new Content.Image(large));
        }
        assertThat(fitted(unreadable(10, 16_000_000), HardPictureLimits.OPENAI))
                .isEqualTo(new Content.Text(Pictures.TOO_LARGE));
    }

    /** A PNG with a head and no pixels. */
    private static ImageSource.Inline unreadable(int width, int bytes) {
        byte[] file = Arrays.copyOf(Pixels.file(Pixels.halves(width, 8), "png"), bytes);
        Arrays.fill(file, 33, file.length, (byte) 7);
        return Pixels.inline("png", file);
    }

    @Test
    void a_picture_of_four_inks_is_made_smaller_or_sent_as_it_is() {
        for (int transform : List.of(0, 2)) {
            ImageSource.Inline printed = Pixels.inline("jpeg", Pixels.cmyk(2_400, 30, transform));
            assertThat(fitted(printed)).isInstanceOf(Content.Image.class);
        }
    }

    @Test
    void among_many_pictures_servers_take_no_large_one() {
        Content wide = new Content.Image(unreadable(2_400, 1_000));
        Content dot = new Content.Image(new ImageSource.Url("https://example.org/a.png"));
        List<Content> few = new ArrayList<>(Collections.nCopies(19, dot));
        few.add(wide);
        assertThat(contents(few)).contains(wide);
        few.add(dot);
        assertThat(contents(few)).doesNotContain(wide).contains(new Content.Text(Pictures.TOO_LARGE));
    }

    @Test
    void the_pictures_of_one_message_share_the_request() {
        Content photo = new Content.Image(Pixels.inline("jpeg", Pixels.noise(1_900, 1_500)));
        List<Content> sent = contents(Collections.nCopies(8, photo));
        assertThat(sent).allSatisfy(block -> assertThat(((ImageSource.Inline) ((Content.Image) block).source()).base64())
                .hasSizeLessThanOrEqualTo((int) PictureBudget.MOST_CHARACTERS / 8));
    }

    private List<Content> contents(List<Content> blocks) {
        return fitted(pictures, HardPictureLimits.STRICTEST, new Message.User(Histories.meta(1, 1), blocks)).entries()
                .getFirst()
                .blocks().stream().map(WireHistory.Placed::content).toList();
    }

    @Test
    void a_picture_that_is_made_smaller_takes_no_more_room_than_before() {
        ImageSource.Inline gif = Pixels.inline("gif", Pixels.noise(2_100, 900));
        ImageSource.Inline smaller = smaller(gif);
        assertThat(smaller.base64().length()).isLessThanOrEqualTo(gif.base64().length());
    }

    @Test
    void while_pictures_are_made_smaller_others_wait_and_beyond_a_bound_they_are_refused() {
        PictureExecutor executor = new PictureExecutor(1, 1);
        Pictures busy = new Pictures(10_000_000, executor);
        CountDownLatch gate = new CountDownLatch(1);
        UniAssertSubscriber<Void> first = executor.run(() -> awaitQuietly(gate)).subscribe()
                .withSubscriber(UniAssertSubscriber.create());
        UniAssertSubscriber<WireHistory> second = large(busy, 9_000, () -> false);
        UniAssertSubscriber<WireHistory> third = large(busy, 9_001, () -> false);
        assertThat(third.awaitFailure().getFailure()).isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.OVERLOADED);
            assertThat(failure.retryAfter()).isPositive();
        });
        gate.countDown();
        first.awaitItem();
        assertThat(second.awaitItem().getItem().pictures()).hasSize(1);
        busy.close();
    }

    @ParameterizedTest
    @ValueSource(classes = { OutOfMemoryError.class, UnsatisfiedLinkError.class, StackOverflowError.class,
            AssertionError.class, IllegalStateException.class })
    void whatever_work_throws_its_request_is_told_and_the_thread_goes_on(Class<? extends Throwable> kind) throws Exception {
        PictureExecutor executor = new PictureExecutor(1, 1);
        Throwable thrown = kind.getConstructor().newInstance();
        UniAssertSubscriber<Void> first = executor.run(() -> sneak(thrown)).subscribe()
                .withSubscriber(UniAssertSubscriber.create());
        assertThat(first.awaitFailure().getFailure()).isSameAs(thrown);
        executor.run(() -> {
        }).subscribe().withSubscriber(UniAssertSubscriber.create()).awaitItem();
        executor.close();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @ParameterizedTest
    @ValueSource(classes = { NoClassDefFoundError.class, UnsatisfiedLinkError.class, ExceptionInInitializerError.class })
    void a_picture_whose_reader_cannot_be_loaded_is_left_out(Class<? extends LinkageError> kind) throws Exception {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        BrokenReader broken = new BrokenReader(kind.getConstructor().newInstance());
        registry.registerServiceProvider(broken);
        try {
            byte[] bytes = Arrays.copyOf(BrokenReader.HEAD, (int) PictureLimits.CHARACTERS);
            assertThat(new PictureFile("image/png", bytes).side()).isZero();
            assertThat(fitted(new ImageSource.Inline("image/png", Base64.getEncoder().encodeToString(bytes))))
                    .isEqualTo(new Content.Text(Pictures.TOO_LARGE));
        } finally {
            registry.deregisterServiceProvider(broken);
        }
    }

    /** Stands for a reader whose native library or class is not in the image of the process. */
    private static final class BrokenReader extends ImageReaderSpi {
        static final byte[] HEAD = { 'b', 'r', 'o', 'k', 'e', 'n' };
        private final LinkageError error;

        BrokenReader(LinkageError error) {
            super("test", "1", new String[] { "broken" }, null, null, ImageReader.class.getName(),
                    new Class<?>[] { ImageInputStream.class }, null, false, null, null, null, null, false, null, null, null,
                    null);
            this.error = error;
        }

        @Override
        public boolean canDecodeInput(Object source) throws IOException {
            ImageInputStream in = (ImageInputStream) source;
            byte[] head = new byte[HEAD.length];
            in.mark();
            in.read(head);
            in.reset();
            return Arrays.equals(head, HEAD);
        }

        @Override
        public ImageReader createReaderInstance(@Nullable Object extension) {
            throw error;
        }

        @Override
        public String getDescription(@Nullable Locale locale) {
            return "throws";
        }
    }

    private static void awaitQuietly(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void what_nobody_wants_any_more_is_not_decoded() {
        large(pictures, 9_000, () -> true).awaitItem();
        assertThat(pictures.characters()).isZero();
        large(pictures, 9_000, () -> false).awaitItem();
        assertThat(pictures.characters()).isPositive();
    }

    private static UniAssertSubscriber<WireHistory> large(Pictures pictures, int width, BooleanSupplier unwanted) {
        Message message = new Message.User(Histories.meta(1, 1),
                List.of(new Content.Image(Pixels.inline("png", Pixels.halves(width, 2)))));
        return pictures.fitted(WireHistory.of(List.of(message), RULES), HardPictureLimits.STRICTEST, unwanted).subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void what_was_made_smaller_is_kept_within_bounds() {
        Pictures few = new Pictures(2_000, new PictureExecutor());
        ImageSource.Inline large = Pixels.inline("png", Pixels.halves(9_000, 8));
        assertThat(source(few, large)).isSameAs(source(few, large));
        for (int i = 1; i <= 20; i++) {
            assertThat(source(few, Pixels.inline("png", Pixels.halves(9_000 + i, 2)))).isNotNull();
        }
        assertThat(few.characters()).isBetween(1_000L, 2_000L);
    }

    private static ImageSource source(Pictures pictures, ImageSource.Inline picture) {
        Message message = new Message.User(Histories.meta(1, 1), List.of(new Content.Image(picture)));
        Content fitted = fitted(pictures, HardPictureLimits.STRICTEST, message).entries().getFirst().blocks().getFirst()
                .content();
        return ((Content.Image) fitted).source();
    }

    private Content fitted(ImageSource.Inline picture) {
        return fitted(picture, HardPictureLimits.STRICTEST);
    }

    private Content fitted(ImageSource.Inline picture, HardPictureLimits limits) {
        Message message = new Message.User(Histories.meta(1, 1), List.of(new Content.Image(picture)));
        return fitted(pictures, limits, message).entries().getFirst().blocks().getFirst().content();
    }

    private static WireHistory fitted(Pictures pictures, HardPictureLimits limits, Message... messages) {
        return pictures.fitted(WireHistory.of(List.of(messages), RULES), limits, () -> false).await().indefinitely();
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

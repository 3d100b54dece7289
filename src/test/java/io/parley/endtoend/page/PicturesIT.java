package io.parley.endtoend.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import io.parley.testing.Photo;
import io.parley.testing.Pixels;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pictures that go with a message: what the page takes, what it says of them before they are sent, and what the model gets. */
class PicturesIT extends ModelledPage {
    private static final byte[] SMALL = Pixels.file(Pixels.halves(40, 20), "png");
    private static final byte[] AVIF = Base64.getDecoder()
            .decode("AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAA"
                    + "AAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAo"
                    + "aWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgI"
                    + "CAAAAAxhdjFDgQ0MAAAAABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVtZGF0EgAKCBgANogQEAwgMg8f8D///8WfhwB8"
                    + "+ErK42A=");
    private static final String SVG = "<?xml version=\"1.0\"?><!-- a - b --><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\""
            + " height=\"10\"><rect width=\"2\" height=\"2\" fill=\"red\"/></svg>";
    private static final Pattern SIDES = Pattern.compile("at (\\d+)\u00a0×\u00a0(\\d+)");
    /** A script with data for the clipboard: a picture, and texts by their types. */
    private static final String PASTE = """
            ({ name, texts }) => {
              const data = new DataTransfer();
              data.items.add(new File([Uint8Array.from(atob('%s'), letter => letter.charCodeAt(0))], name, { type: 'image/png' }));
              Object.entries(texts).forEach(([type, text]) => data.setData(type, text));
              const event = new ClipboardEvent('paste', { clipboardData: data, cancelable: true, bubbles: true });
              document.getElementById('text').dispatchEvent(event);
              return event.defaultPrevented;
            }"""
            .formatted(Base64.getEncoder().encodeToString(SMALL));
    /** Holds back what is read from now on, until {@code gate.resolve()}. */
    private static final String HOLD = "window.gate = Promise.withResolvers(); window.read = HTMLImageElement.prototype.decode;"
            + " HTMLImageElement.prototype.decode = async function () { await gate.promise; return read.call(this); }; 0";

    @BeforeEach
    void open() {
        open("/#" + gateway.client().createSession("{\"model\":\"gpt-4o-mini\"}"));
        awaitTrue("document.getElementById('model').value === 'gpt-4o-mini'");
    }

    @Test
    void the_first_bytes_say_what_a_file_is() {
        List<List<String>> files = Stream.of(
                List.of("89504e470d0a1a0a", "PNG"), List.of("ffd8ffe1", "JPEG"), List.of(hex("GIF89a"), "GIF"),
                List.of("52494646000000005745425056503858", "WebP"), List.of("524946460000000057415645", ""),
                List.of(ftyp("heic", "mif1"), "HEIC"), List.of(ftyp("mif1", "heix"), "HEIC"),
                List.of(ftyp("hevc", "msf1"), "HEIC"),
                List.of(ftyp("mif1", "avif"), "AVIF"), List.of(ftyp("avis", "msf1"), "AVIF"),
                List.of(ftyp("isom", "mp42"), "a video"),
                List.of(ftyp("qt  ", "qt  "), "a video"), List.of("1a45dfa3", "a video"), List.of("49492a00", "TIFF"),
                List.of("4d4d002a", "TIFF"), List.of("424d" + "00".repeat(12) + "28000000", "BMP"),
                List.of(hex("BMW is a car."), "a text"),
                List.of("00000100" + "01".repeat(30), "icon"), List.of("ff0a", "JPEG XL"), List.of(hex("8BPS"), "Photoshop"),
                List.of("0000000c6a5020200d0a870a", "JPEG 2000"), List.of(hex("<svg xmlns='x'>"), "SVG"),
                List.of(hex(SVG), "SVG"),
                List.of("efbbbf" + hex("\n<!DOCTYPE svg PUBLIC \"a\" \"b\" [<!ENTITY c \"d\">]>\n<SVG>"), "SVG"),
                List.of(hex("<html><svg></svg>"), "a text"), List.of(hex("%PDF-1.7"), "a PDF"),
                List.of(hex("\n\n%PDF-1.4"), "a PDF"),
                List.of(hex("Grüße, 世界"), "a text"), List.of("fffe480069", "a text"), List.of("feff0048", "a text"),
                List.of("504b0304140000000800", ""), List.of("7f454c46020101000000", "")).toList();

        assertThat((List<?>) page.evaluate("async files => { const { kindOf } = await import('/page/picture-kinds.js');"
                + " return files.map(([hex, name]) => [hex, kindOf(Uint8Array.from(hex.match(/../g), byte => parseInt(byte, 16))).name, name])"
                + ".filter(([, is, wanted]) => is !== wanted); }", files)).isEmpty();
    }

    @Test
    void a_picture_with_a_wrong_name_or_of_a_kind_that_no_model_takes_is_sent_as_one_that_is_taken() throws IOException {
        ByteArrayOutputStream bmp = new ByteArrayOutputStream();
        assertThat(ImageIO.write(Pixels.halves(40, 20), "bmp", bmp)).isTrue();
        add(file("photo.png", "image/png", Pixels.file(Pixels.halves(40, 20), "jpeg")),
                file("dot.jpg", "image/jpeg", Pixels.file(Pixels.halves(40, 20), "gif")),
                file("notes.txt", "text/plain", SMALL),
                file("nothing", "", SMALL), file("old.bmp", "image/bmp", bmp.toByteArray()),
                file("drawing.svg", "image/svg+xml", SVG.getBytes(StandardCharsets.UTF_8)), file("new.jpg", "image/jpeg", AVIF),
                file("printed.jpg", "image/jpeg", Pixels.cmyk(40, 20, 0)));
        assertThat(pictures()).hasCount(8);
        assertThat(ways()).hasText(new String[] { "", "", "", "", "Will be sent as PNG", "Will be sent as PNG at 1024 × 512",
                "Will be sent as JPEG", "" });
        send(1);

        assertThat(stored().map(source -> source.get("mediaType").asText())).containsExactly("image/jpeg", "image/gif",
                "image/png", "image/png", "image/png", "image/png", "image/jpeg", "image/jpeg");
        assertThat(sent()).hasSize(8);
        BufferedImage drawing = sent().get(5);
        assertThat(drawing.getWidth()).isEqualTo(1_024);
        assertThat(new Color(drawing.getRGB(1_000, 500), true)).as("what was transparent").isEqualTo(Color.WHITE);
        assertThat(sent().getLast().getRaster().getNumBands()).as("colours of a screen").isEqualTo(3);
    }

    @Test
    void what_cannot_be_sent_is_told_with_a_way_out() {
        byte[] damaged = SMALL.clone();
        Arrays.fill(damaged, 20, damaged.length, (byte) 7);
        List.of(new Told(file("scan.jpg", "image/jpeg", "%PDF-1.7 …".getBytes(StandardCharsets.UTF_8)),
                "scan.jpg is not a picture but a PDF. Add a picture of its page, or copy its text into the message."),
                new Told(file("notes.gif", "image/gif", "Dear Ada".getBytes(StandardCharsets.UTF_8)),
                        "notes.gif is not a picture but a text. Copy its text into the message."),
                new Told(file("film.png", "image/png", HexFormat.of().parseHex(ftyp("isom", "mp42"))),
                        "film.png is not a picture but a video."),
                new Told(file("letter.png", "image/png", new byte[] { 'P', 'K', 3, 4, 0, 0 }),
                        "letter.png is not a picture. Pictures are PNG, JPEG, GIF or WebP files."),
                new Told(file("IMG_1.jpg", "image/jpeg", HexFormat.of().parseHex(ftyp("heic", "mif1"))),
                        "IMG_1.jpg is a picture of the kind HEIC,"
                                + " which this browser cannot read. Save it as a PNG or JPEG file and add that. An iPhone takes JPEG pictures"),
                new Told(file("scan.tif", "image/tiff", HexFormat.of().parseHex("49492a0008000000")),
                        "scan.tif is a picture of the kind TIFF"),
                new Told(file("empty.png", "image/png", new byte[0]), "empty.png is empty."),
                new Told(file("torn.png", "image/png", damaged), "torn.png is damaged and cannot be read."))
                .forEach(told -> {
                    add(told.file());
                    assertThat(page.locator("#problem")).containsText(told.sentence());
                    assertThat(pictures()).hasCount(0);
                });
    }

    @Test
    void each_of_several_files_that_cannot_be_sent_is_told_of_and_the_good_ones_are_taken() {
        FilePayload[] files = IntStream.range(0, 6).mapToObj(number -> number == 2 ? file("dot.png", "image/png", SMALL)
                : file(number + ".png", "image/png", new byte[0])).toArray(FilePayload[]::new);
        add(files);
        assertThat(page.locator("#problem p"))
                .hasText("0.png is empty. 1.png is empty. 3.png is empty. 2 more files could not be added.");
        assertThat(pictures()).hasCount(1);
        assertThat(names()).containsExactly("dot.png");
    }

    private record Told(FilePayload file, String sentence) {}

    @Test
    void what_is_said_of_a_large_picture_is_what_the_model_gets() {
        add(file("tall.png", "image/png", Pixels.file(Pixels.halves(1_999, 3_001), "png")),
                file("line.gif", "image/gif", Pixels.file(Pixels.halves(2_500, 3), "gif")),
                file("wide.jpg", "image/jpeg", Pixels.file(Pixels.halves(4_500, 1_333), "jpeg")),
                file("turned.jpg", "image/jpeg", turned(Pixels.halves(2_400, 1_201))),
                file("heavy.png", "image/png", Photo.png(1)),
                file("edge.png", "image/png", Pixels.file(Pixels.halves(2_000, 9), "png")));
        assertThat(pictures()).hasCount(6);
        assertThat(ways())
                .hasText(new String[] { "Will be sent at 1332 × 2000", "Will be sent at 2000 × 2", "Will be sent at 2000 × 592",
                        "Will be sent at 1001 × 2000", "Will be sent at 1220 × 1200, with at most 3.75 MB", "" });
        List<String> said = ways().allTextContents();
        screens("pictures");
        send(1);

        List<BufferedImage> got = sent();
        for (int i = 0; i < said.size(); i++) {
            Matcher sides = SIDES.matcher(said.get(i));
            assertThat(got.get(i).getWidth() + " × " + got.get(i).getHeight())
                    .isEqualTo(sides.find() ? sides.group(1) + " × " + sides.group(2) : "2000 × 9");
        }
        assertThat(sentUrls().get(4)).startsWith("data:image/jpeg").hasSizeLessThan(5_000_100);
    }

    /** The numbers are those of {@code PictureLimits#share}. */
    @Test
    void pictures_that_share_the_room_of_a_message_are_said_to() {
        assertThat(page.evaluate(
                """
                        async () => {
                          const { sizesSent, sizeNote } = await import('/page/picture-sizes.js');
                          const sent = { side: 2000, base64: 5000000, base64Together: 26000000, base64Rewritten: 200000 };
                          const of = (number, size, width) => Array.from({ length: number }, () => {
                            const own = { width, height: 900 };
                            return { ...own, own, drawn: null, blob: { size } };
                          });
                          const says = pictures => [...new Set(sizesSent(pictures, sent).map((each, at) => sizeNote(pictures[at], each).replaceAll('\\u00a0', ' ')))].join('|');
                          return [says(of(20, 1_150_000, 1800)), says(of(20, 974_999, 1800)), says(of(20, 1_000_000, 3000)), says(of(6, 3_700_000, 1800)),
                            says([...of(19, 1_050_000, 100), ...of(1, 50_000, 3000)])];
                        }"""))
                .isEqualTo(List.of("Will be sent at 1800 × 900 or less, with at most 0.97 MB", "",
                        "Will be sent at 2000 × 600 or less, with at most 0.97 MB",
                        "Will be sent at 1800 × 900 or less, with at most 3.24 MB",
                        "Will be sent at 100 × 900 or less, with at most 0.97 MB|Will be sent at 2000 × 600"));
    }

    @Test
    void more_than_twenty_pictures_are_not_taken_and_none_is_lost_when_they_come_back() {
        add(IntStream.range(0, 22).mapToObj(number -> file(number + ".png", "image/png", SMALL)).toArray(FilePayload[]::new));
        assertThat(page.locator("#problem")).containsText("A message can have at most 20 pictures. 2 pictures were not added.");
        assertThat(pictures()).hasCount(20);
        List<Route> held = hold();
        ChatPage.say(page, "Look.");
        assertThat(pictures()).hasCount(0);
        add(file("late.png", "image/png", SMALL));
        assertThat(pictures()).hasCount(1);
        refuse(held);
        assertThat(pictures()).hasCount(21);
        assertThat(page.locator(".pictures-note")).hasText("A message can have at most 20 pictures. Remove 1.");
        assertThat(page.locator("#send")).isDisabled();
        page.locator("#pictures button").last().click();
        assertThat(page.locator("#pictures button").last()).isFocused();
        page.unroute("**/turns");
        send(1);
    }

    @Test
    void a_model_that_takes_no_pictures_is_told_of_before_they_are_sent() {
        add(file("dot.png", "image/png", SMALL));
        assertThat(pictures()).hasCount(1);
        page.locator("#model").selectOption("blind");
        assertThat(page.locator(".pictures-note"))
                .hasText("blind takes no pictures. Choose another model or remove the picture.");
        ChatPage.say(page, "What is it?");
        assertThat(page.locator("#send")).isDisabled();
        assertThat(page.locator("#text")).hasValue("What is it?");
        screens("blind");
        page.locator("#model").selectOption("gpt-4o-mini");
        assertThat(page.locator(".pictures-note")).hasText("");
        assertThat(page.locator("#send")).isEnabled();
        page.locator("#model").selectOption("blind");
        assertThat(page.locator(".pictures-note")).hasText(Pattern.compile("blind takes no pictures.+"));
        page.locator("#pictures button").click();
        assertThat(page.locator("#text")).isFocused();
        assertThat(page.locator(".pictures-note")).hasText("");
        assertThat(paste("", "text/html", "<img>")).isTrue();
        assertThat(page.locator(".pictures-note")).hasText(Pattern.compile("blind takes no pictures.+"));
        assertThat(provider.calls()).isEmpty();
        page.locator("#model").selectOption("gpt-4o-mini");
        send(1);
    }

    @Test
    void a_new_conversation_knows_too_that_its_model_takes_no_pictures() {
        open("/");
        page.locator("#model").selectOption("blind");
        assertThat(paste("", "text/html", "<img>")).isTrue();
        assertThat(page.locator(".pictures-note"))
                .hasText("blind takes no pictures. Choose another model or remove the picture.");
        assertThat(page.locator("#send")).isDisabled();
    }

    @Test
    void a_model_is_judged_only_once_it_is_known() {
        page.route("**/api/v1/models", route -> route.fulfill(new Route.FulfillOptions().setResponse(route.fetch())
                .setBody(route.fetch().text().replace("\"default\":true", "\"default\":false")
                        .replaceFirst("(\"id\":\"blind\".*?)\"default\":false", "$1\"default\":true"))));
        List<Route> held = new ArrayList<>();
        page.route(url -> url.matches(".*/sessions/[^/]+"), held::add);
        page.reload();
        awaitTrue("document.querySelector('#model option').textContent === 'blind (default)'");
        add(file("dot.png", "image/png", SMALL));
        assertThat(pictures()).hasCount(1);
        assertThat(page.locator(".pictures-note")).hasText("");
        assertThat(page.locator("#send")).isEnabled();
        held.forEach(Route::resume);
        awaitTrue("document.getElementById('model').value === 'gpt-4o-mini'");
        assertThat(page.locator(".pictures-note")).hasText("");
    }

    @Test
    void what_is_copied_as_text_is_pasted_as_text_and_a_copied_picture_or_file_as_a_picture() {
        assertThat(paste("image.png", "text/plain", "1\t2\n3\t4", "text/html", "<table><tr><td>1</td></tr></table>"))
                .as("cells").isFalse();
        assertThat(paste("image.png", "text/plain", "1", "text/rtf", "{\\rtf1}")).as("a cell without HTML").isFalse();
        assertThat(paste("image.png", "text/plain", "image.png", "text/html", "<td>image.png</td>")).as("a cell with a name")
                .isFalse();
        assertThat(pictures()).hasCount(0);
        assertThat(paste("image.png", "text/html", "<img src=x>")).as("of a page").isTrue();
        assertThat(paste("image.png", "text/plain", " \r\n", "text/html", "<p><img></p>")).as("of a text processor").isTrue();
        assertThat(paste("Photo 1.png", "text/plain", "Photo 1.png")).as("a file").isTrue();
        assertThat(paste("dot.png", "text/plain", "/home/ada/dot.png\n")).as("a file with its folder").isTrue();
        assertThat(paste("image.png")).as("a picture of the screen").isTrue();
        assertThat(pictures()).hasCount(5);
    }

    @Test
    void a_photo_is_upright_wherever_it_is_shown_and_for_the_model() {
        add(file("turned.jpg", "image/jpeg", turned(Pixels.halves(40, 20))));
        assertThat(pictures()).hasCount(1);
        assertThat(ways()).hasText("");
        awaitTrue("document.querySelector('#pictures img').naturalHeight === 40");
        send(1);
        BufferedImage upright = sent().getFirst();
        assertThat(upright.getWidth()).isEqualTo(20);
        assertThat(new Color(upright.getRGB(10, 4)).getRed()).isGreaterThan(200);
        assertThat(new Color(upright.getRGB(10, 36)).getBlue()).isGreaterThan(200);
        page.reload();
        awaitTrue("document.querySelector('#messages .user img')?.naturalHeight === 40");
    }

    @Test
    void what_is_transparent_has_a_light_ground_on_a_dark_page_too() {
        screen(1_000, 800, true);
        BufferedImage sketch = new BufferedImage(90, 60, BufferedImage.TYPE_INT_ARGB);
        IntStream.range(0, 60).forEach(at -> sketch.setRGB(at, at, Color.BLACK.getRGB()));
        add(file("sketch.png", "image/png", Pixels.file(sketch, "png")));
        assertThat(page.locator("#pictures img")).hasCSS("background-color", "rgb(255, 255, 255)");
        send(1);
        assertThat(page.locator("#messages .user img")).hasCSS("background-color", "rgb(255, 255, 255)");
    }

    @Test
    void a_picture_that_is_read_while_its_own_message_is_refused_comes_back_with_it() {
        List<Route> held = hold();
        add(file("first.png", "image/png", SMALL));
        assertThat(pictures()).hasCount(1);
        ChatPage.say(page, "Look.");
        assertThat(pictures()).hasCount(0);
        evaluate(HOLD);
        add(file("second.png", "image/png", SMALL), file("third.png", "image/png", SMALL));
        refuse(held);
        assertThat(pictures()).hasCount(1);
        assertThat(page.locator("#text")).hasValue("Look.");
        evaluate("gate.resolve()");
        assertThat(pictures()).hasCount(3);
        assertThat(names()).containsExactly("first.png", "second.png", "third.png");
        page.unroute("**/turns");
        send(1);
        assertThat(sent()).hasSize(3);
    }

    @Test
    void pictures_of_a_message_that_is_refused_while_another_conversation_is_open_wait_in_theirs() {
        List<Route> held = hold();
        add(file("first.png", "image/png", SMALL));
        assertThat(pictures()).hasCount(1);
        ChatPage.say(page, "Look.");
        assertThat(pictures()).hasCount(0);
        evaluate(HOLD);
        add(file("second.png", "image/png", SMALL));
        String address = page.url();
        page.locator("#new").click();
        refuseSilently(held);
        awaitTrue("Object.values(sessionStorage).includes('Look.')");
        assertThat(page.locator("#problem")).isHidden();
        evaluate("gate.resolve()");
        assertThat(pictures()).hasCount(0);
        page.evaluate("address => { location.href = address; }", address);
        assertThat(pictures()).hasCount(2);
        assertThat(page.locator("#text")).hasValue("Look.");
    }

    @Test
    void a_message_of_an_earlier_page_that_is_refused_comes_back_with_its_pictures() {
        page.route("**/turns", PicturesIT::refuse);
        excuse("400");
        evaluate("localStorage.setItem('parley.outbox." + page.url().replaceFirst(".*#", "")
                + "', JSON.stringify({ key: 'k', at: Date.now(),"
                + " body: { content: [{ type: 'text', text: 'Look.' }, { type: 'image', source: { type: 'base64', mediaType: 'image/png', data: '"
                + Base64.getEncoder().encodeToString(SMALL) + "' } }] } }))");
        page.reload();
        assertThat(page.locator("#text")).hasValue("Look.");
        assertThat(pictures()).hasCount(1);
        page.unroute("**/turns");
        send(1);
    }

    // ---- what a visitor does and sees

    private static FilePayload file(String name, String type, byte[] bytes) {
        return new FilePayload(name, type, bytes);
    }

    private void add(FilePayload... files) {
        page.locator("#files").setInputFiles(files);
    }

    /** @param texts a type and a text, and so on */
    private boolean paste(String name, String... texts) {
        Map<String, String> byType = new LinkedHashMap<>();
        for (int i = 0; i < texts.length; i += 2) {
            byType.put(texts[i], texts[i + 1]);
        }
        return (Boolean) page.evaluate(PASTE, Map.of("name", name, "texts", byType));
    }

    private Locator pictures() {
        return page.locator("#pictures img");
    }

    private Locator ways() {
        return page.locator("#pictures .way");
    }

    private List<String> names() {
        return pictures().all().stream().map(image -> image.getAttribute("alt")).toList();
    }

    private void send(int calls) {
        page.locator("#text").fill("Look.");
        page.locator("#send").click();
        provider.awaitCalls(calls);
        ChatPage.awaitOver(page);
    }

    private List<Route> hold() {
        List<Route> held = new ArrayList<>();
        page.route("**/turns", held::add);
        excuse("400");
        return held;
    }

    private void refuse(List<Route> held) {
        refuseSilently(held);
        assertThat(page.locator("#problem")).containsText("did not accept this");
    }

    private void refuseSilently(List<Route> held) {
        // Each question to the page lets the test hear of a request.
        while (held.isEmpty()) {
            evaluate("0");
        }
        held.forEach(PicturesIT::refuse);
    }

    private static void refuse(Route route) {
        route.fulfill(new Route.FulfillOptions().setStatus(400).setContentType("application/problem+json")
                .setBody("{\"status\":400,\"code\":\"invalid-request\",\"detail\":\"No.\",\"retryable\":false}"));
    }

    private Stream<JsonNode> stored() {
        JsonNode content = gateway.client().messages(page.url().replaceFirst(".*#", "")).getFirst().get("content");
        return content.valueStream().filter(block -> block.get("type").asText().equals("image"))
                .map(block -> block.get("source"));
    }

    private List<String> sentUrls() {
        return provider.calls().getLast().json().get("messages").valueStream()
                .flatMap(message -> message.get("content").valueStream())
                .filter(block -> block.path("type").asText().equals("image_url"))
                .map(block -> block.at("/image_url/url").asText()).toList();
    }

    /** The pictures that the model got. */
    private List<BufferedImage> sent() {
        return sentUrls().stream().map(url -> {
            try {
                return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).toList();
    }

    /** Keeps and judges what is seen. */
    private void screens(String name) {
        for (boolean dark : List.of(false, true)) {
            // The middle one is the last one at a zoom of 200 %.
            for (int width : List.of(375, 500, 1_000)) {
                screen(width, width == 500 ? 380 : 760, dark);
                awaitTrue("document.getAnimations().every(animation => animation.playState !== 'running')");
                screenshot(name + "-" + width + (dark ? "-dark" : "-light"));
                assertThat(((Number) evaluate("document.documentElement.scrollWidth")).intValue()).isEqualTo(width);
            }
        }
        assertAccessible();
    }

    /** A JPEG that its camera has taken on its side. */
    private static byte[] turned(BufferedImage picture) {
        String file = HexFormat.of().formatHex(Pixels.file(picture, "jpeg"));
        return HexFormat.of().parseHex(
                "ffd8" + "ffe10022457869660000" + "4d4d002a000000080001" + "0112000300000001" + "00060000" + "00000000"
                        + file.substring(4));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String ftyp(String brand, String compatible) {
        return "00000018" + hex("ftyp" + brand) + "00000000" + hex(compatible + "miaf");
    }
}

package io.parley.api.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The image formats that every provider takes, and the bytes that each begins with. */
enum ImageType {
    PNG("image/png", "\u0089PNG\r\n\u001a\n"),
    JPEG("image/jpeg", "\u00ff\u00d8\u00ff"),
    GIF("image/gif", "GIF8"),
    WEBP("image/webp", "RIFF");

    private static final int WEBP_MARK = 8;
    private final String mediaType;
    private final byte[] magic;

    ImageType(String mediaType, String magic) {
        this.mediaType = mediaType;
        this.magic = magic.getBytes(StandardCharsets.ISO_8859_1);
    }

    String mediaType() {
        return mediaType;
    }

    static @Nullable ImageType find(String mediaType) {
        return Arrays.stream(values()).filter(type -> type.mediaType.equals(mediaType)).findFirst().orElse(null);
    }

    static String all() {
        return Arrays.stream(values()).map(type -> type.mediaType).collect(Collectors.joining(", "));
    }

    /** Whether bytes begin as this format does. */
    boolean matches(byte[] bytes) {
        return startsWith(bytes, 0, magic)
                && (this != WEBP || startsWith(bytes, WEBP_MARK, "WEBP".getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] expected) {
        return bytes.length >= from + expected.length
                && Arrays.equals(bytes, from, from + expected.length, expected, 0, expected.length);
    }
}

package io.parley.api.json;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads an image of a message and looks whether it is what it says it is. */
final class ImageReader {
    private static final int LONGEST_URL = 8_192;
    private static final int LONGEST_TYPE = 100;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private final Limits limits;

    ImageReader(Limits limits) {
        this.limits = limits;
    }

    /** The image whose source this is, or null, which is noted. */
    @Nullable
    Content read(@Nullable Value source) {
        if (source == null) {
            return null;
        }
        Fields fields = source.fields();
        Value type = fields.require("type");
        String name = type == null ? null : type.text(LONGEST_TYPE);
        if (type == null || name == null) {
            return null;
        }
        ImageSource read = switch (name) {
            case "base64" -> inline(fields);
            case "url" -> url(fields.require("url"));
            case "stored" -> stored(fields);
            default -> type.wrong("must be one of base64, stored, url");
        };
        fields.refuseOthers();
        return read == null ? null : new Content.Image(read);
    }

    private @Nullable ImageSource inline(Fields fields) {
        Value mediaType = fields.require("mediaType");
        Value data = fields.require("data");
        String name = mediaType == null ? null : mediaType.text(LONGEST_TYPE);
        String base64 = data == null ? null : data.text(Integer.MAX_VALUE);
        if (mediaType == null || name == null || data == null || base64 == null) {
            return null;
        }
        ImageType type = ImageType.find(name);
        if (type == null) {
            return mediaType.wrong("must be one of " + ImageType.all());
        }
        byte[] bytes = decode(data, base64);
        if (bytes == null) {
            return null;
        }
        return type.matches(bytes) ? new ImageSource.Inline(name, base64) : data.wrong("must be an image of type " + name);
    }

    private byte @Nullable [] decode(Value data, String base64) {
        long most = limits.image().asLongValue();
        if (base64.length() > (most + 2) / 3 * 4) {
            return data.tooLarge("must be an image of at most " + most + " bytes");
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (bytes.length > most) {
                return data.tooLarge("must be an image of at most " + most + " bytes");
            }
            // Java's decoder lets padding be left out; providers do not.
            return base64.length() % 4 == 0 ? bytes : data.wrong("must be base64 with padding");
        } catch (IllegalArgumentException _) {
            return data.wrong("must be base64 (RFC 4648, with padding, no line breaks, no data: prefix)");
        }
    }

    private static @Nullable ImageSource url(@Nullable Value value) {
        String url = value == null ? null : value.text(LONGEST_URL);
        if (value == null || url == null) {
            return null;
        }
        return isPublicHttps(url) ? new ImageSource.Url(url) : value.wrong("must be an https URL without a user name");
    }

    private static boolean isPublicHttps(String url) {
        try {
            URI uri = new URI(url);
            return "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null;
        } catch (URISyntaxException _) {
            return false;
        }
    }

    /** An image that the session has already: its hash says it all, the rest is only what an answer had shown. */
    private static @Nullable ImageSource stored(Fields fields) {
        Value value = fields.require("sha256");
        String sha256 = value == null ? null : value.text(64);
        String unusedType = fields.text("mediaType", LONGEST_TYPE);
        String unusedUrl = fields.text("url", LONGEST_URL);
        for (String shown : new String[] { "bytes", "width", "height" }) {
            Integer unused = fields.integer(shown, 0, Integer.MAX_VALUE);
        }
        if (value == null || sha256 == null) {
            return null;
        }
        return SHA256.matcher(sha256).matches() ? new ImageSource.Stored(sha256, "", 0, 0, 0)
                : value.wrong("must be 64 lower-case hexadecimal digits");
    }
}

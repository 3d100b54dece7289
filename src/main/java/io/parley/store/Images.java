package io.parley.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.parley.conversation.ImageBytes;
import io.parley.conversation.NewMessage;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/** Images at rest: {@code <media type>|<base64>}, once for each hash. */
final class Images {
    private static final char SEPARATOR = '|';

    private Images() {
    }

    /** The images of messages as arguments of a script: pairs of hash and value. */
    static List<String> arguments(List<NewMessage> messages) {
        List<String> arguments = new ArrayList<>();
        for (NewMessage message : messages) {
            for (ImageBytes image : message.images()) {
                arguments.add(image.sha256());
                arguments.add(image.mediaType() + SEPARATOR + image.base64());
            }
        }
        return arguments;
    }

    static ImageBytes decode(String sha256, Response value) {
        byte[] text = value.toBytes();
        int end = 0;
        while (end < text.length && text[end] != SEPARATOR) {
            end++;
        }
        if (end == text.length) {
            throw new CorruptRecord("a stored image has no media type");
        }
        return new ImageBytes(sha256, new String(text, 0, end, ISO_8859_1),
                new String(text, end + 1, text.length - end - 1, ISO_8859_1));
    }
}

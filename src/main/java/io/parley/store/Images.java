package io.parley.store;

import io.parley.conversation.ImageBytes;
import io.parley.conversation.NewMessage;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/** Images at rest: {@code <media type>|<base64>}, once for each hash. */
final class Images {
    private Images() {
    }

    /** The images of messages as arguments of a script: pairs of hash and value. */
    static List<String> arguments(List<NewMessage> messages) {
        List<String> arguments = new ArrayList<>();
        for (NewMessage message : messages) {
            for (ImageBytes image : message.images()) {
                arguments.add(image.sha256());
                arguments.add(image.mediaType() + "|" + image.base64());
            }
        }
        return arguments;
    }

    static ImageBytes decode(String sha256, Response value) {
        String text = value.toString();
        int end = text.indexOf('|');
        if (end < 0) {
            throw new CorruptRecord("a stored image has no media type");
        }
        return new ImageBytes(sha256, text.substring(0, end), text.substring(end + 1));
    }
}

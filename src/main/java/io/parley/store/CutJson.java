package io.parley.store;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Reads the beginning of stored JSON: Redis cuts by bytes, so the cut may go through a character or an escape. */
final class CutJson {
    private CutJson() {
    }

    /** Returns the JSON with a quotation mark that ends its last text, which may be cut. */
    static String closed(String json) {
        int end = json.length();
        while (end > 0 && json.charAt(end - 1) == '\uFFFD') {
            end--;
        }
        int escape = json.lastIndexOf('\\', end - 1);
        int begins = escape;
        while (begins > 0 && json.charAt(begins - 1) == '\\') {
            begins--;
        }
        boolean isEscape = escape >= 0 && (escape - begins) % 2 == 0;
        boolean isWhole = escape + 1 < end && (json.charAt(escape + 1) != 'u' || escape + 5 < end);
        return json.substring(0, isEscape && !isWhole ? escape : end) + '"';
    }

    /** Returns the characters of a piece of a JSON text that begins with a whole character; empty if it cannot be read. */
    static String text(String piece) {
        try (JsonParser json = Json.parser(closed('"' + piece))) {
            json.nextToken();
            return json.getText();
        } catch (IOException _) {
            return "";
        }
    }
}

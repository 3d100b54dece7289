package io.parley.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * The rules for the spelling of a path. A proxy judges a path as it is written. So Parley resolves no {@code ..}, drops no
 * empty segment and ignores no parameter of a segment, but answers such a path with 404.
 */
final class RequestPath {
    /** RFC 3986, section 3.3: the characters that a path may have besides letters, digits and escapes. */
    private static final String MARKS = "/-._~!$&'()*+,;=:@";
    private static final int ESCAPE = 2;

    private RequestPath() {
    }

    /** Returns whether a path holds only characters and escapes that a path may hold. */
    static boolean isLegal(String path) {
        return path.chars().allMatch(c -> c == '%' || isAsciiLetterOrDigit(c) || MARKS.indexOf(c) >= 0)
                && hasWholeEscapes(path);
    }

    /** Returns whether two hexadecimal digits follow each percent sign. */
    static boolean hasWholeEscapes(String text) {
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
            if (at + ESCAPE >= text.length() || Character.digit(text.charAt(at + 1), 16) < 0
                    || Character.digit(text.charAt(at + 2), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether a legal path has nothing to resolve or to drop; one slash at its end is allowed. */
    static boolean isPlain(String path) {
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean isEnd = i == segments.length - 1 && segments[i].isEmpty();
            if (!isEnd && !isPlainSegment(segments[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlainSegment(String segment) {
        // A plus in a path stands for itself, but this decoder would read it as a space.
        String text = segment.indexOf('%') < 0 ? segment
                : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
        return !text.isEmpty() && !text.equals(".") && !text.equals("..")
                && text.chars().noneMatch(c -> c < ' ' || c == '/' || c == '\\' || c == ';');
    }

    private static boolean isAsciiLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}

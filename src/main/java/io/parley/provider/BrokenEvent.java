package io.parley.provider;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges an event that broke off at the end of a stream: it is no JSON, so only its text can be searched. */
final class BrokenEvent {
    /** Matches a member with content up to the first sign that it is not empty. */
    private static final Pattern CONTENT = Pattern
            .compile("\"(?:content|text|refusal|reasoning|reasoning_content|reasoning_text"
                    + "|reasoning_details|thinking|tool_calls|function_call|arguments|partial_json)\"\\s*:\\s*"
                    + "(?!\\s|null|\"\"|\\[\\s*]|\\{\\s*})");
    private static final Pattern BLOCK = Pattern.compile("\"content_block_(?:start|delta)\"");
    private static final Pattern CHOICE = Pattern.compile("\"choices\"\\s*:\\s*\\[\\s*\\{");
    private static final Pattern WHOLE_DELTA = Pattern.compile("\"(?:delta|message)\"\\s*:\\s*(?:null|\\{[^{}]*})");

    private BrokenEvent() {
    }

    /** Returns whether the event had content, or had a choice and broke off before the choice showed its content. */
    static boolean mayHaveContent(String data) {
        if (CONTENT.matcher(data).find() || BLOCK.matcher(data).find()) {
            return true;
        }
        Matcher choice = CHOICE.matcher(data);
        return choice.find() && !WHOLE_DELTA.matcher(data).find(choice.end());
    }
}

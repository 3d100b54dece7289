package io.parley.simulator;

import io.parley.simulator.Prompt.Answer;
import io.parley.simulator.Prompt.Call;
import io.parley.simulator.Prompt.Ending;
import io.parley.simulator.Prompt.Speaker;
import io.parley.simulator.Prompt.Tool;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Composes the answer to a prompt: a tool call where one is wanted, else text; as long as it may be. */
final class Answers {
    private static final Pattern ASKS_TOOL = Pattern.compile(
            "\\b(?:call|use) (?:the )?tool ([A-Za-z0-9_-]{1,64})(?: with (\\{.*}))?",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private Answers() {
    }

    /**
     * The answer.
     *
     * @param question what the last entry says, its commands taken out
     */
    static Answer answer(Prompt prompt, Commands commands, String question, String callId) {
        Call call = call(prompt, question, callId).orElse(null);
        if (call != null) {
            return limited(prompt, "I will call the tool " + call.name() + ".", call);
        }
        return limited(prompt, commands.words().isPresent() ? Showcase.words(commands.words().getAsInt())
                : Speech.reply(prompt, question), null);
    }

    private static Answer limited(Prompt prompt, String text, @Nullable Call call) {
        for (String stop : prompt.stop()) {
            int at = stop.isEmpty() ? -1 : text.indexOf(stop);
            if (at >= 0 && Tokens.count(text.substring(0, at)) <= prompt.maxTokens()) {
                return new Answer(text.substring(0, at), null, Ending.STOP_TEXT, stop);
            }
        }
        Answer whole = new Answer(text, call, call == null ? Ending.WHOLE : Ending.TOOL_CALL, null);
        return whole.tokens() <= prompt.maxTokens() ? whole
                : new Answer(Tokens.first(text, prompt.maxTokens()), null, Ending.LENGTH, null);
    }

    private static Optional<Call> call(Prompt prompt, String question, String callId) {
        if (prompt.last().speaker() != Speaker.USER) {
            return Optional.empty();
        }
        Matcher wish = ASKS_TOOL.matcher(question);
        boolean asks = wish.find();
        String name = asks ? wish.group(1) : "";
        String given = asks ? wish.group(2) : null;
        return prompt.tools().stream()
                .filter(tool -> tool.forced() || tool.name().equalsIgnoreCase(name))
                .findFirst()
                .map(tool -> new Call(callId, tool.name(), arguments(tool, given)));
    }

    private static String arguments(Tool tool, @Nullable String given) {
        return given != null && Fields.isObject(given) ? given : tool.arguments();
    }
}

package io.parley.provider;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The words of a refusal that the log may show wherever they stand: names of fields of a request, and the words in
 * which servers describe the form of a request. Everything else may be a user's text.
 */
final class RefusalWords {
    private static final Set<String> FIELDS = words("""
            arguments assistant base64 body budget_tokens cache_control content custom data description developer dimensions
            document encoding_format ephemeral file format frequency_penalty function function_call functioncall
            functionresponse functions id image image_url include_obfuscation include_usage input input_schema input_text
            is_error json_schema max_completion_tokens max_output_tokens max_tokens media_type message messages metadata model
            n name output output_text parallel_tool_calls parameters parts presence_penalty prompt_cache_key properties
            reasoning reasoning_content reasoning_details reasoning_effort redacted_thinking refusal required response_format
            role roles schema seed signature source stop stop_sequences store stream stream_options system temperature text
            thinking thought_signature tool tool_call tool_call_id tool_call_ids tool_calls tool_choice tool_result
            tool_results tool_use tool_use_id tools top_k top_p ttl type url usage user video_url audio_url""");
    private static final Set<String> WORDS = words("""
            a about above accept accepted accepts additional after all allowed alternate alternating an and any api are array
            assistant at back be been before begin between block blocks boolean both but by call calls cannot characters
            conversation corresponding default dictionary did different does doesn't don't duplicate each either element
            elements empty end ends error except exceed exceeded exceeds expected extra failed field fields final first follow
            followed following follows for format forms found from functions greater has have history ids if immediately in
            include included incorrect index inputs instead integer invalid is isn't item items it its json keys kind large
            larger last least length less limit list long longer many match matching max maximum mb kb messages min minimum
            missing mode models more most multiple must no non none not null number object objects of on one only optional or
            order out part parameter parameters parse passed permitted please previous prompt property provided question range
            received request requests required requires responding response responses result results same see sent sequence
            set should size small start starting starts str string support supported supports than that the their them then
            there these thinking this to token tokens too turn turns types unexpected unexpectedly unique unknown unrecognized
            unsupported use used uses using valid validation value values was were when where which with within without wrong
            you your ->""");
    /** Words after which a server repeats what it got. */
    private static final Set<String> ANNOUNCE = Set.of("got", "received", "given", "value", "values");
    private static final Set<String> UNITS = words("-> bytes characters images items kb mb messages pixels px tokens");
    private static final Pattern STEP = Pattern.compile("\\.|\\[|\\]\\.?\\[?");
    private static final Pattern INDEX = Pattern.compile("\\d{1,4}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(?:\\.\\d)?");
    private static final Pattern JOINT = Pattern.compile("[-/]");

    private RefusalWords() {
    }

    private static Set<String> words(String list) {
        return Set.of(list.strip().split("\\s+"));
    }

    /** Returns whether a value may follow this word. */
    static boolean announces(String word) {
        return ANNOUNCE.contains(word.toLowerCase(Locale.ROOT));
    }

    /** Returns whether this is a field of a request, perhaps with its place, e.g. {@code messages[3].content}. */
    static boolean isField(String path) {
        String[] steps = STEP.split(path.toLowerCase(Locale.ROOT), -1);
        if (!FIELDS.contains(steps[0])) {
            return false;
        }
        for (String step : steps) {
            if (!step.isEmpty() && !FIELDS.contains(step) && !INDEX.matcher(step).matches()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether this is a word in which servers describe a request.
     *
     * @param next the word that follows, without punctuation; a number stays only before a unit, e.g. {@code 5 MB}
     */
    static boolean isWord(String word, String next) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (WORDS.contains(lower)) {
            return true;
        }
        if (NUMBER.matcher(lower).matches()) {
            return UNITS.contains(next.toLowerCase(Locale.ROOT));
        }
        String[] joined = JOINT.split(lower, -1);
        for (String part : joined) {
            if (!WORDS.contains(part) && !FIELDS.contains(part)) {
                return false;
            }
        }
        return true;
    }
}

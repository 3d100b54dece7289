package io.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.ImageSource;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The strict servers accept legal requests, and refuse each kind of request that real servers are known to refuse. */
class StrictnessTest {
    private static final Strictness OPENAI = new StrictOpenAi(false, true);
    private static final Strictness ANTHROPIC = new StrictAnthropic("own", true, true);
    private static final String CALL = "{'role':'assistant','content':null,'tool_calls':[{'id':'000001000','type':'function',"
            + "'function':{'name':'f','arguments':'{}'}}]}";
    private static final String USE = "{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'f','input':{}}]}";

    @ParameterizedTest
    @ValueSource(strings = { "{'role':'user','content':'a'}",
            "{'role':'system','content':'s'},{'role':'user','content':'a'}," + CALL
                    + ",{'role':'tool','tool_call_id':'000001000','content':'r'}" })
    void openai_takes(String messages) {
        assertThat(OPENAI.refusal(openAi(messages))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{'role':'user','content':'a'},{'role':'user','content':'b'}",
            "{'role':'assistant','content':'a'}",
            "{'role':'user','content':'\u00a0'}", "{'role':'user','content':'a','name':'x'}",
            "{'role':'user','content':'a'},{'role':'assistant','content':'b'}", "{'role':'user','content':'a'}," + CALL,
            "{'role':'user','content':'a'}," + CALL + ",{'role':'user','content':'b'}",
            "{'role':'user','content':'a'}," + CALL
                    + ",{'role':'tool','tool_call_id':'000001000','content':'r'},{'role':'user','content':'b'}",
            "{'role':'user','content':'a'},{'role':'tool','tool_call_id':'000001000','content':'r'}",
            "{'role':'user','content':'a'}," + CALL + ",{'role':'tool','tool_call_id':'000001000','content':''}",
            "{'role':'user','content':'a'},{'role':'assistant','content':'b','reasoning_content':'c'},"
                    + "{'role':'user','content':'d'}",
            "{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://e.org/a.png'}}]}" })
    void openai_refuses(String messages) {
        assertThat(OPENAI.refusal(openAi(messages))).isPresent();
    }

    @Test
    void openai_refuses_ids_that_are_not_of_nine_letters_and_digits_or_come_again() {
        String result = ",{'role':'tool','tool_call_id':'000001000','content':'r'}";
        String twice = "{'role':'user','content':'a'}," + CALL + result + "," + CALL + result;
        assertThat(OPENAI.refusal(openAi(twice)).orElseThrow()).contains("used twice");
        assertThat(OPENAI.refusal(openAi(("{'role':'user','content':'a'}," + CALL + result).replace("000001000", "call_0")))
                .orElseThrow()).contains("length of 9");
    }

    @ParameterizedTest
    @ValueSource(strings = { "{'role':'user','content':[{'type':'text','text':'a'}]}",
            "{'role':'user','content':[{'type':'text','text':'a'}]}," + USE
                    + ",{'role':'user','content':[{'type':'tool_result','tool_use_id':'a'},{'type':'text','text':'b'}]}",
            "{'role':'user','content':[{'type':'text','text':'a'}]},{'role':'assistant','content':["
                    + "{'type':'thinking','thinking':'h','signature':'own='},{'type':'text','text':'b'}]},"
                    + "{'role':'user','content':[{'type':'text','text':'c'}]}" })
    void anthropic_takes(String messages) {
        assertThat(ANTHROPIC.refusal(anthropic(messages))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{'role':'assistant','content':[{'type':'text','text':'a'}]}", "{'role':'user','content':[]}",
            "{'role':'user','content':[{'type':'text','text':'\u00a0'}]}",
            "{'role':'user','content':[{'type':'text','text':'a'}]}," + USE + ",{'role':'user','content':["
                    + "{'type':'text','text':'b'},{'type':'tool_result','tool_use_id':'a'}]}",
            "{'role':'user','content':[{'type':'text','text':'a'}]}," + USE
                    + ",{'role':'user','content':[{'type':'text','text':'b'}]}",
            "{'role':'user','content':[{'type':'tool_result','tool_use_id':'a'}]}",
            "{'role':'user','content':[{'type':'text','text':'a'}]},{'role':'assistant','content':["
                    + "{'type':'thinking','thinking':'h','signature':'foreign='},{'type':'text','text':'b'}]},"
                    + "{'role':'user','content':[{'type':'text','text':'c'}]}",
            "{'role':'user','content':[{'type':'text','text':'a'}]},{'role':'assistant','content':["
                    + "{'type':'redacted_thinking','data':'foreign'},{'type':'text','text':'b'}]},"
                    + "{'role':'user','content':[{'type':'text','text':'c'}]}",
            "{'role':'user','content':[{'type':'text','text':'a'}]},{'role':'assistant','content':["
                    + "{'type':'thinking','thinking':'h','signature':'own='}]},"
                    + "{'role':'user','content':[{'type':'text','text':'c'}]}" })
    void anthropic_refuses(String messages) {
        assertThat(ANTHROPIC.refusal(anthropic(messages))).isPresent();
    }

    @Test
    void anthropic_refuses_pictures_by_side_number_and_bytes() {
        assertThat(pictures(Pixels.inline("png", Pixels.halves(8_000, 2)), 20)).isEmpty();
        assertThat(pictures(Pixels.inline("png", Pixels.halves(8_001, 2)), 1)).contains("8000 pixels");
        assertThat(pictures(Pixels.inline("png", Pixels.halves(2_400, 2)), 21)).contains("2000 pixels");
        assertThat(pictures(Pixels.inline("png", Pixels.halves(2, 2)), 101)).contains("too many images");
        assertThat(pictures(new ImageSource.Inline("image/png", "A".repeat(5_300_000)), 1)).contains("5 MB");
        assertThat(pictures(new ImageSource.Inline("image/png", "AAAA"), 1)).contains("could not process");
        assertThat(pictures(new ImageSource.Inline("image/jpeg", Pixels.inline("png", Pixels.halves(2, 2)).base64()), 1))
                .contains("is no image/jpeg");
    }

    private static String pictures(ImageSource.Inline picture, int count) {
        String block = "{'type':'image','source':{'type':'base64','media_type':'" + picture.mediaType() + "','data':'"
                + picture.base64() + "'}}";
        String blocks = IntStream.range(0, count).mapToObj(_ -> block).collect(Collectors.joining(","));
        return ANTHROPIC.refusal(anthropic("{'role':'user','content':[" + blocks + "]}")).orElse("");
    }

    private static FakeCall openAi(String messages) {
        return call("{'model':'m','messages':[" + messages + "],'stream':true}");
    }

    private static FakeCall anthropic(String messages) {
        return call("{'model':'m','max_tokens':1,'tools':[{'name':'f'}],'messages':[" + messages + "],'stream':true}");
    }

    private static FakeCall call(String body) {
        return new FakeCall("POST", "/", Map.of(), body.replace('\'', '"'));
    }
}

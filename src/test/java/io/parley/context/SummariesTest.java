package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.context.SummaryStore.Source;
import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Cost;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Generation;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.SessionId;
import io.parley.conversation.Summary;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Usage;
import io.parley.provider.Ability;
import io.parley.provider.ChatCall;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.parley.provider.ModelCalls;
import io.parley.provider.Prices;
import io.parley.testing.Histories;
import io.smallrye.mutiny.Multi;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SummariesTest {
    private static final Usage USED = new Usage(900, 800, 0, 60, 0, false);
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final MessageId FOUR = new MessageId(4);
    private static final List<Message> HISTORY = List.of(Histories.user(1, 500, "one"), Histories.assistant(2, 500, "first"),
            Histories.user(3, 500, "two </conversation>"), Histories.assistant(4, 500, "second"),
            Histories.user(5, 50, "three"));
    private static final Model OWN = model("own", "p", "3", "0.3", LIFETIME);
    private static final Model UNCACHED = model("own", "p", "3", "0.3", null);
    private static final Model SMALL = model("small", "p", "0.1", "0.1", null);
    private static final Model FOREIGN = model("foreign", "q", "0.001", "0.001", null);
    private final List<ChatCall> called = new ArrayList<>();
    private Multi<ReplyEvent> reply = reply(FinishReason.STOP, "  What was said. ");

    @Test
    void it_is_made_over_the_prefix_that_the_cache_knows_where_that_is_cheapest() {
        ChosenContext sent = sent(OWN, HISTORY, null);
        SummaryDraft draft = make(sent, null, source(HISTORY.subList(0, 4), null), OWN,
                model("dear", "p", "2", "2", LIFETIME), FOREIGN);
        ChatCall call = called.getFirst();
        assertThat(call.model()).isEqualTo(OWN);
        assertThat(call.system()).isEqualTo(sent.system());
        assertThat(call.messages().subList(0, 4)).isEqualTo(sent.messages().subList(0, 4));
        assertThat(call.messages()).hasSize(5);
        assertThat(call.cache().marks()).singleElement().satisfies(mark -> assertThat(mark.message()).isEqualTo(3));
        assertThat(call.cache().key()).isEqualTo(sent.cache().key());
        assertThat(draft.text()).isEqualTo("What was said.");
        assertThat(draft.usage()).isEqualTo(USED);
        assertThat(draft.first()).isEqualTo(new MessageId(1));
        assertThat(draft.through()).isEqualTo(FOUR);
    }

    @Test
    void it_is_made_of_a_transcript_by_a_cheaper_model_of_the_same_provider_and_never_by_another_provider() {
        SummaryDraft draft = make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 4), null), OWN, SMALL, FOREIGN);
        ChatCall call = called.getFirst();
        assertThat(call.model()).isEqualTo(SMALL);
        assertThat(call.system()).isNotEqualTo("Be kind.");
        assertThat(text(call)).contains("user: one\nassistant: first\nuser: two < /conversation>\nassistant: second\n")
                .doesNotContain("three").containsOnlyOnce("</conversation>");
        assertThat(call.cache().marks()).isEmpty();
        assertThat(draft.model()).isEqualTo(SMALL);
        Summary summary = draft.summary(Instant.EPOCH, new Cost(BigDecimal.ONE, "USD"));
        assertThat(summary).isNotNull();
        assertThat(summary.model()).isEqualTo("small");
        assertThat(summary.through()).isEqualTo(FOUR);
    }

    @Test
    void models_that_cannot_be_called_or_that_could_not_read_it_are_no_choice() {
        Model unconfigured = model("unconfigured", "p", "0.01", "0.01", null);
        Model tiny = new Model("tiny", "p", "tiny", Histories.ENCODING, 2_000, 500, prices("0.01", "0.01"), null, 0, Set.of(),
                Counting.ESTIMATED);
        make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 4), null), OWN, unconfigured, tiny);
        assertThat(called.getFirst().model()).isEqualTo(OWN);
    }

    @Test
    void without_prices_the_sessions_own_model_makes_it() {
        Model unpriced = new Model("own", "p", "own", Histories.ENCODING, 100_000, 2_000, null, null, 0, Set.of(),
                Counting.ESTIMATED);
        make(sent(unpriced, HISTORY, null), null, source(HISTORY.subList(0, 4), null), unpriced,
                new Model("x", "p", "x", Histories.ENCODING, 100_000, 2_000, null, null, 0, Set.of(), Counting.ESTIMATED));
        assertThat(called.getFirst().model()).isEqualTo(unpriced);
    }

    @Test
    void the_model_that_a_policy_names_makes_it_wherever_it_is_and_an_unknown_name_is_no_model() {
        Source source = source(HISTORY.subList(0, 4), null);
        make(sent(OWN, HISTORY, null), "foreign", source, OWN, SMALL, FOREIGN);
        make(sent(OWN, HISTORY, null), "own", source, OWN, SMALL, FOREIGN);
        make(sent(OWN, HISTORY, null), "gone", source, OWN, SMALL, FOREIGN);
        assertThat(called).extracting(call -> call.model().name()).containsExactly("foreign", "own", "small");
        assertThat(called).extracting(call -> call.messages().size()).containsExactly(1, 5, 1);
    }

    @Test
    void a_transcript_is_sent_where_no_cache_knows_what_is_covered() {
        Source source = source(HISTORY.subList(0, 4), null);
        make(sent(UNCACHED, HISTORY, null), null, source, UNCACHED);
        make(sent(OWN, HISTORY.subList(2, 5), null), null, source, OWN);
        make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(2, 4), summary(2)), OWN);
        make(sent(OWN, HISTORY.subList(4, 5), null), null, source(HISTORY.subList(0, 4), null), OWN);
        assertThat(called).extracting(call -> call.messages().size()).containsExactly(1, 1, 1, 1);
    }

    @Test
    void images_are_not_fetched_again_for_it() {
        Content image = new Content.Image(new ImageSource.Url("https://example.org/a.png"));
        List<Message> seen = new ArrayList<>(HISTORY);
        seen.set(0, new Message.User(Histories.meta(1, 500), List.of(image, new Content.Text("one"))));
        make(sent(OWN, seen, null), null, source(seen.subList(0, 4), null), OWN);
        List<Message> made = List.of(HISTORY.get(0), Histories.call(2, 500, "c"),
                new Message.Tool(Histories.meta(3, 10), List.of(new Content.ToolResult("c", List.of(image), false))),
                Histories.assistant(4, 500, "second"), HISTORY.get(4));
        make(sent(OWN, made, null), null, source(made.subList(0, 4), null), OWN);
        List<Message> plain = List.of(HISTORY.get(0), Histories.call(2, 500, "c"), Histories.result(3, 10, "c"),
                Histories.assistant(4, 500, "second"), HISTORY.get(4));
        make(sent(OWN, plain, null), null, source(plain.subList(0, 4), null), OWN);
        assertThat(called).extracting(call -> call.messages().size()).containsExactly(1, 1, 5);
    }

    @Test
    void it_goes_on_from_the_summary_before_and_over_its_prefix_if_that_was_sent() {
        Source source = source(HISTORY.subList(2, 4), summary(2));
        SummaryDraft warm = make(sent(OWN, HISTORY, summary(2)), null, source, OWN);
        assertThat(called.getFirst().messages()).hasSize(3);
        assertThat(warm.first()).isEqualTo(new MessageId(1));
        SummaryDraft cold = make(sent(UNCACHED, HISTORY, summary(2)), null, source, UNCACHED);
        assertThat(text(called.getLast())).contains("What was said up to 2.").contains("user: two").doesNotContain("user: one");
        assertThat(cold.source()).isEqualTo(warm.source())
                .isNotEqualTo(make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(2, 4), null), OWN).source());
    }

    @Test
    void only_whole_exchanges_are_covered_and_no_more_than_can_be_read() {
        SummaryDraft whole = make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 3), null), OWN);
        assertThat(whole.through()).as("the bound of the store cut an exchange").isEqualTo(new MessageId(2));
        List<Message> long1 = List.of(Histories.user(1, 30_000, "one"), Histories.assistant(2, 100, "first"),
                Histories.user(3, 30_000, "two"), Histories.assistant(4, 500, "second"));
        assertThat(make(sent(OWN, HISTORY, null), null, source(long1, null), OWN).through()).isEqualTo(new MessageId(2));
        int before = called.size();
        for (List<Message> none : List.of(List.<Message> of(), List.of(Histories.user(1, 80_000, "one")),
                HISTORY.subList(0, 1))) {
            SummaryDraft draft = make(sent(OWN, HISTORY, null), null, source(none, null), OWN);
            assertThat(draft.isUsable()).isFalse();
            assertThat(draft.usage()).isEqualTo(Usage.NONE);
            assertThat(draft.through()).isEqualTo(FOUR);
        }
        assertThat(called).hasSize(before);
    }

    @ParameterizedTest
    @EnumSource(FinishReason.class)
    void only_a_whole_text_is_a_summary_and_what_was_used_counts_in_any_case(FinishReason reason) {
        reply = reply(reason, "What was said.");
        SummaryDraft draft = make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 4), null), OWN);
        assertThat(draft.isUsable()).isEqualTo(reason == FinishReason.STOP);
        assertThat(draft.usage()).isEqualTo(USED);
        assertThat(draft.summary(Instant.EPOCH, null) != null).isEqualTo(draft.isUsable());
    }

    @Test
    void a_reply_that_fails_or_never_finishes_or_says_nothing_or_too_much_is_none() {
        Multi<ReplyEvent> begun = Multi.createFrom().items(new ReplyEvent.Text("What"), new ReplyEvent.Used(USED));
        Multi<ReplyEvent> finished = reply(FinishReason.STOP, "What");
        Multi<ReplyEvent> failure = Multi.createFrom().failure(new IllegalStateException("broken"));
        for (Multi<ReplyEvent> bad : List.of(Multi.createBy().concatenating().streams(begun, failure),
                Multi.createBy().concatenating().streams(finished, failure), begun, reply(FinishReason.STOP, " \n"),
                reply(FinishReason.STOP, "x".repeat(100_000)))) {
            reply = bad;
            SummaryDraft draft = make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 4), null), OWN);
            assertThat(draft.isUsable()).isFalse();
            assertThat(draft.usage()).isEqualTo(USED);
        }
    }

    @Test
    void the_usage_of_its_call_is_estimated_where_the_provider_does_not_report_it() {
        for (Usage untold : Arrays.asList(null, Usage.NONE)) {
            reply = Multi.createFrom().items(new ReplyEvent.Text("What was said."),
                    new ReplyEvent.Finished(FinishReason.STOP, "stop", untold, null));
            ChosenContext sent = sent(OWN, HISTORY, null);
            Usage warm = make(sent, null, source(HISTORY.subList(0, 4), null), OWN).usage();
            assertThat(warm.inputTokens()).isEqualTo(sent.sentTokens());
            assertThat(warm.outputTokens()).isBetween(3L, 12L);
            assertThat(warm.estimated()).isTrue();
            Usage cold = make(sent, null, source(HISTORY.subList(0, 4), null), OWN, SMALL).usage();
            assertThat(cold.inputTokens()).isEqualTo(2_000);
        }
        reply = Multi.createBy().concatenating().streams(Multi.createFrom().item(new ReplyEvent.Text("What was said.")),
                Multi.createFrom().failure(new IllegalStateException("broken")));
        assertThat(make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 4), null), OWN).usage().outputTokens())
                .as("of a part too").isEqualTo(4);
        reply = Multi.createFrom().failure(new IllegalStateException("refused"));
        assertThat(make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 4), null), OWN).usage())
                .as("a call that was refused costs nothing").isEqualTo(Usage.NONE);
    }

    @Test
    void thoughts_and_refusals_are_no_part_of_it_and_the_last_usage_counts() {
        reply = Multi.createFrom().items(new ReplyEvent.Thinking("hm"), new ReplyEvent.Refusal("no"),
                new ReplyEvent.Block(new Content.Text("block")), new ReplyEvent.Used(USED), new ReplyEvent.Text("What "),
                new ReplyEvent.Text("was said."), new ReplyEvent.Finished(FinishReason.STOP, "stop", null, null));
        SummaryDraft draft = make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 4), null), OWN);
        assertThat(draft.text()).isEqualTo("What was said.");
        assertThat(draft.usage()).isEqualTo(USED);
    }

    @Test
    void a_model_that_thinks_gets_room_for_it_up_to_its_limit() {
        for (int limit : new int[] { 50_000, 3_000 }) {
            Model thinking = new Model("own", "p", "own", Histories.ENCODING, 100_000, limit, null, null, 0,
                    Set.of(Ability.REASONING), Counting.ESTIMATED);
            make(sent(thinking, HISTORY, null), null, source(HISTORY.subList(0, 4), null), thinking);
            assertThat(called.getLast().generation().maxOutputTokens()).isEqualTo(Math.min(limit, 6_000));
        }
        make(sent(OWN, HISTORY, null), null, source(HISTORY.subList(0, 4), null), OWN);
        assertThat(called.getLast().generation().maxOutputTokens()).isEqualTo(1_500);
    }

    @CanIgnoreReturnValue
    private SummaryDraft make(ChosenContext sent, @Nullable String named, Source source, Model... models) {
        ModelCalls calls = (call, listener) -> {
            called.add(call);
            return reply.subscribe().with(listener::onEvent, listener::onFailure, listener::onCompletion);
        };
        Summaries summaries = new Summaries(new Known(List.of(models)), calls, TestContexts.COUNTER,
                new TestContexts.Config("{}", 1_500));
        return summaries.make(sent, new SummaryWanted(FOUR, named), source).await().indefinitely();
    }

    /** What is called unconfigured has no key. */
    private record Known(List<Model> all) implements ModelCatalogue {

        @Override
        public Optional<Model> find(String name) {
            return all.stream().filter(model -> model.name().equals(name)).findFirst();
        }

        @Override
        public Model defaultModel() {
            return all.getFirst();
        }

        @Override
        public boolean isConfigured(Model model) {
            return !model.name().equals("unconfigured");
        }
    }

    private static ChosenContext sent(Model model, List<Message> history, @Nullable Summary inUse) {
        long tokens = history.stream().mapToLong(message -> message.meta().tokens().tokens()).sum();
        List<ContextSpec> specs = List.of(new ContextSpec("summarise", Map.of()));
        ContextRequest request = new ContextRequest(new SessionId("a.b"), model, specs, Generation.UNDECIDED, "Be kind.",
                List.of(), true, new HistoryTotals(history.size(), tokens), ContextState.NEW,
                inUse == null ? List.of() : List.of(inUse), Long.MAX_VALUE, Instant.EPOCH);
        return TestContexts.with(TestContexts.nothing(), model).choose(request, history).await().indefinitely();
    }

    private static Source source(List<Message> messages, @Nullable Summary before) {
        return new Source(1, before, messages, "t");
    }

    private static Summary summary(long through) {
        return new Summary(new MessageId(1), new MessageId(through), "What was said up to " + through + ".",
                new TokenCount(7, Histories.ENCODING), "m", "src", Usage.NONE, null, Instant.EPOCH);
    }

    private static Multi<ReplyEvent> reply(FinishReason reason, String text) {
        return Multi.createFrom().items(new ReplyEvent.Text(text), new ReplyEvent.Finished(reason, "raw", USED, null));
    }

    private static String text(ChatCall call) {
        return Marked.text(call.messages().getFirst().content());
    }

    private static Model model(String name, String provider, String input, String cached, @Nullable Duration lifetime) {
        return new Model(name, provider, name, Histories.ENCODING, 100_000, 2_000, prices(input, cached), lifetime, 0,
                Set.of(), Counting.ESTIMATED);
    }

    private static Prices prices(String input, String cached) {
        return new Prices(new BigDecimal(input), new BigDecimal(cached), new BigDecimal(input), new BigDecimal("1"), "USD");
    }
}

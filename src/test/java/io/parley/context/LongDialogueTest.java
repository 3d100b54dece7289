package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure.ContextLimit;
import io.parley.conversation.Message;
import io.parley.provider.CacheHints.Mark;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

/** How a conversation is cut as it goes on, turn after turn. */
class LongDialogueTest {
    private static final ContextSpec BUDGET = new ContextSpec("token-budget", Map.of("maxTokens", 8000));
    private static final ContextSpec SUMMARY = new ContextSpec("summarise", Map.of("keepRecent", 4));
    private static final Model CACHED = model("cached", "0.30", "3.75", Duration.ofMinutes(5));
    private static final Model UNCACHED = model("uncached", "3", "3", null);
    private final List<ChosenContext> sent = new ArrayList<>();

    @Test
    void the_cut_moves_rarely_and_a_whole_step_at_once() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(BUDGET));
        goOn(dialogue, 200);
        assertThat(cuts()).isBetween(8L, 20L);
        CacheEconomics prices = CacheEconomics.of(CACHED);
        for (ChosenContext context : sent.stream().filter(each -> each.forecast().cut()).toList()) {
            assertThat((double) context.sentTokens()).isLessThan(prices.keptUnder(450, 8_000) + 500);
        }
        assertThat(sent.stream().mapToLong(ChosenContext::sentTokens).max().orElseThrow()).isBetween(7_000L, 8_000L);
    }

    @Test
    void at_a_ratio_of_one_or_without_a_cache_it_slides_every_turn() {
        Dialogue sliding = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED,
                List.of(new ContextSpec("sliding-window", Map.of("maxMessages", 10, "trimTo", 1))));
        goOn(sliding, 30);
        assertThat(cuts()).isEqualTo(30 - 5);
        assertThat(sent.getLast().messages()).hasSize(9);
        sent.clear();
        goOn(new Dialogue(TestContexts.with(TestContexts.nothing(), UNCACHED), UNCACHED,
                List.of(new ContextSpec("sliding-window", Map.of("maxMessages", 10)))), 30);
        assertThat(cuts()).isEqualTo(30 - 5);
    }

    @Test
    void beside_a_summary_a_window_holds_whether_or_not_that_is_ever_made() {
        goOn(new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED,
                List.of(SUMMARY, new ContextSpec("sliding-window", Map.of("maxMessages", 10, "trimTo", 0.5)))), 40);
        assertThat(sent).allSatisfy(context -> assertThat(context.messages()).hasSizeLessThanOrEqualTo(20));
        assertThat(cuts()).isPositive();
        assertThat(sent.stream().anyMatch(context -> context.wanted() != null)).as("it is asked for").isTrue();
    }

    @Test
    void a_fixed_ratio_cuts_to_that_part_of_the_budget() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED,
                List.of(new ContextSpec("token-budget", Map.of("maxTokens", 8000, "trimTo", 0.5))));
        goOn(dialogue, 60);
        assertThat(sent.stream().filter(each -> each.forecast().cut()).mapToLong(ChosenContext::sentTokens))
                .isNotEmpty().allSatisfy(tokens -> assertThat(tokens).isBetween(3_200L, 4_000L));
    }

    @Test
    void a_cold_cache_is_the_moment_to_cut() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(BUDGET));
        goOn(dialogue, 12);
        assertThat(cuts()).isZero();
        dialogue.idle(Duration.ofMinutes(6));
        dialogue.user(50);
        ChosenContext context = dialogue.next();
        assertThat(context.forecast()).isEqualTo(new Forecast(0, "idle", firstDropped(context), true));
        assertThat((double) context.sentTokens()).isLessThan(CacheEconomics.of(CACHED).keptUnder(450, 8_000) + 50);
    }

    private static @Nullable String firstDropped(ChosenContext context) {
        return context.forecast().difference();
    }

    @Test
    void another_system_prompt_or_model_makes_the_cache_cold() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(BUDGET));
        goOn(dialogue, 12);
        dialogue.system("Be brief.");
        dialogue.user(50);
        ChosenContext context = dialogue.next();
        assertThat(context.forecast().cold()).isEqualTo("settings");
        assertThat(context.forecast().difference()).isEqualTo("system");
        assertThat(context.forecast().cut()).isTrue();
        dialogue.sent(context, 450);
        dialogue.reply(400);
        dialogue.model(model("other", "0.30", "3.75", Duration.ofMinutes(5)));
        dialogue.user(50);
        assertThat(dialogue.next().forecast().cold()).isEqualTo("model");
    }

    @Test
    void everything_is_sent_until_the_window_is_full_even_if_the_cache_is_cold() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED,
                List.of(new ContextSpec("full", Map.of())));
        goOn(dialogue, 50);
        dialogue.idle(Duration.ofHours(1));
        goOn(dialogue, 10);
        assertThat(cuts()).isZero();
        assertThat(sent.getLast().omittedMessages()).isZero();
        goOn(dialogue, 60);
        assertThat(cuts()).isPositive();
        assertThat(sent.getLast().sentTokens()).isLessThanOrEqualTo(40_000 - 100);
    }

    @Test
    void what_is_expected_of_the_cache_is_all_that_was_sent_before() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(BUDGET));
        goOn(dialogue, 5);
        assertThat(sent.getFirst().forecast()).isEqualTo(new Forecast(0, "first", null, false));
        for (int i = 1; i < sent.size(); i++) {
            assertThat(sent.get(i).forecast())
                    .isEqualTo(new Forecast(sent.get(i - 1).sentTokens(), null, null, false));
        }
    }

    @Test
    void an_edit_is_named_as_what_the_cache_does_not_know() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(BUDGET));
        goOn(dialogue, 5);
        dialogue.edit(4);
        dialogue.user(50);
        Forecast forecast = dialogue.next().forecast();
        assertThat(forecast.difference()).isEqualTo("message m5");
        assertThat(forecast.cachedTokens()).isBetween(900L, 1_000L);
        assertThat(forecast.cold()).isNull();
    }

    @Test
    void marks_stand_after_the_facts_at_the_last_cut_and_at_the_input() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(BUDGET));
        goOn(dialogue, 30);
        ChosenContext last = sent.getLast();
        assertThat(last.cache().afterSystem()).isTrue();
        List<Mark> marks = last.cache().marks();
        assertThat(marks).hasSize(3);
        assertThat(marks.getFirst()).isEqualTo(new Mark(0, 1));
        assertThat(last.messages().get(marks.get(1).message()).id().sequence()).isEqualTo(dialogue.state().cut().anchor());
        assertThat(marks.getLast()).isEqualTo(new Mark(last.messages().size() - 1, 1));
        assertThat(last.cache().key()).isEqualTo("tag");
    }

    @Test
    void what_was_sent_last_is_marked_where_it_is_too_far_back_to_be_found() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(BUDGET));
        goOn(dialogue, 3);
        long sentLast = sent.getLast().messages().getLast().id().sequence();
        for (int i = 0; i < 12; i++) {
            dialogue.user(1);
            dialogue.reply(1);
        }
        dialogue.user(10);
        ChosenContext context = dialogue.next();
        assertThat(context.cache().marks()).extracting(mark -> context.messages().get(mark.message()).id().sequence())
                .contains(sentLast);
    }

    @Test
    void a_summary_is_wanted_ahead_and_used_at_a_cut() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(SUMMARY));
        int turns = 0;
        while (sent.isEmpty() || sent.getLast().wanted() == null) {
            goOn(dialogue, 1);
            assertThat(turns++).isLessThan(60);
        }
        SummaryWanted wanted = sent.getLast().wanted();
        assertThat(dialogue.history()).anySatisfy(message -> assertThat(message.id()).isEqualTo(wanted.through()));
        dialogue.summarise(wanted);
        goOn(dialogue, 1);
        assertThat(sent.getLast().summary()).as("the cache is warm and the history not yet long enough").isNull();
        goOn(dialogue, 4);
        ChosenContext summarised = sent.stream().filter(each -> each.summary() != null).findFirst().orElseThrow();
        assertThat(summarised.forecast().cut()).isTrue();
        assertThat(summarised.messages().getFirst().id().sequence()).isEqualTo(wanted.through().sequence() + 1);
        assertThat(summarised.messages().getFirst().content().get(1))
                .isEqualTo(new Content.Text(Marked.summary("summary through " + wanted.through())));
        assertThat(sent.getLast().summary()).isEqualTo(summarised.summary());
    }

    @Test
    void a_summary_that_failed_changes_nothing() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(SUMMARY));
        goOn(dialogue, 60);
        assertThat(cuts()).isZero();
        assertThat(sent.getLast().omittedMessages()).isZero();
        assertThat(sent.getLast().wanted()).isNotNull();
    }

    @Test
    void a_cold_moment_takes_a_waiting_summary_and_an_edit_gives_the_messages_back() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(SUMMARY));
        goOn(dialogue, 20);
        dialogue.summarise(new SummaryWanted(dialogue.history().get(9).id(), null));
        dialogue.idle(Duration.ofMinutes(6));
        goOn(dialogue, 1);
        assertThat(sent.getLast().messages().getFirst().id().sequence()).isEqualTo(11);
        dialogue.edit(2);
        dialogue.user(50);
        ChosenContext whole = dialogue.next();
        assertThat(whole.summary()).isNull();
        assertThat(whole.messages().getFirst().id().sequence()).isEqualTo(1);
    }

    @Test
    void a_refused_context_becomes_shorter_by_what_the_provider_says() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of());
        goOn(dialogue, 40);
        ChosenContext refused = sent.getLast();
        Contexts contexts = TestContexts.with(TestContexts.nothing(), CACHED);
        ContextRequest blind = contexts.shortened(dialogue.request(), refused, null);
        assertThat(blind.most()).isBetween(refused.sentTokens() * 6 / 10, refused.sentTokens() * 8 / 10);
        ContextRequest told = contexts.shortened(dialogue.request(), refused,
                new ContextLimit(9_000, refused.sentTokens() * 2));
        assertThat(told.most()).isBetween(3_000L, 4_500L);
        assertThat(told.state().limit().tokens()).isEqualTo(9_000);
        ChosenContext shorter = contexts.choose(told, dialogue.history()).await().indefinitely();
        assertThat(shorter.sentTokens()).isLessThanOrEqualTo(told.most());
        assertThat(shorter.room().window()).isEqualTo(9_000);
        assertThat(shorter.state().limit().tokens()).isEqualTo(9_000);
    }

    @Test
    void a_limit_that_was_stated_holds_for_its_model_and_for_a_day() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of());
        goOn(dialogue, 10);
        Contexts contexts = TestContexts.with(TestContexts.nothing(), CACHED);
        ContextRequest told = contexts.shortened(dialogue.request(), sent.getLast(), new ContextLimit(5_000, 9_000));
        dialogue.sent(contexts.choose(told, dialogue.history()).await().indefinitely(), 450);
        goOn(dialogue, 2);
        assertThat(sent.getLast().room().window()).isEqualTo(5_000);
        dialogue.model(UNCACHED);
        goOn(dialogue, 2);
        assertThat(sent.getLast().room().window()).isEqualTo(40_000);
        dialogue.model(CACHED);
        goOn(dialogue, 1);
        assertThat(sent.getLast().room().window()).as("forgotten with the other model").isEqualTo(40_000);
        dialogue.sent(contexts.choose(told, dialogue.history()).await().indefinitely(), 450);
        dialogue.idle(Duration.ofHours(25));
        goOn(dialogue, 1);
        assertThat(sent.getLast().room().window()).isEqualTo(40_000);
        ContextRequest absurd = contexts.shortened(dialogue.request(), sent.getLast(), new ContextLimit(7, 9_000));
        assertThat(absurd.state().limit()).isNull();
    }

    @Test
    void a_summary_is_wanted_before_the_ceiling_cuts_what_none_covers() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED,
                List.of(new ContextSpec("summarise", Map.of()), BUDGET));
        for (int turn = 0; turn < 40; turn++) {
            dialogue.user(300);
            ChosenContext context = dialogue.next();
            sent.add(context);
            dialogue.sent(context, 1_600);
            if (context.wanted() != null) {
                dialogue.summarise(context.wanted());
            }
            dialogue.reply(1_300);
            long covered = context.summary() == null ? 0 : context.summary().through().sequence();
            assertThat(context.messages().getFirst().id().sequence()).as("turn " + turn).isEqualTo(covered + 1);
        }
        assertThat(sent.getLast().summary()).isNotNull();
    }

    @Test
    void a_long_series_of_tool_calls_is_cut_inside_and_goes_on() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of(BUDGET));
        goOn(dialogue, 2);
        dialogue.user(100);
        sent.clear();
        for (int call = 0; call < 100; call++) {
            ChosenContext context = dialogue.next();
            sent.add(context);
            dialogue.sent(context, 600);
            dialogue.callAndResult(300);
        }
        assertThat(sent).allSatisfy(context -> {
            assertThat(context.sentTokens()).isLessThanOrEqualTo(8_000);
            assertThat(context.messages().stream().filter(Message.User.class::isInstance)).isNotEmpty();
        });
        assertThat(cuts()).isBetween(5L, 20L);
        assertThat(sent.getLast().messages().getFirst().content()).contains(new Content.Text("question 5"));
        goOn(dialogue, 1);
        assertThat(sent.getLast().messages().getFirst().id().sequence()).isEqualTo(5);
    }

    @Test
    void an_input_beyond_its_ceiling_takes_from_the_room_of_the_reply() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED, List.of());
        dialogue.user(39_930);
        assertThat(dialogue.next().generation().maxOutputTokens()).isBetween(1, 99);
    }

    @Test
    void a_greeting_before_the_first_question_is_no_reason_to_cut_what_fits() {
        Dialogue dialogue = new Dialogue(TestContexts.with(TestContexts.nothing(), CACHED), CACHED,
                List.of(new ContextSpec("full", Map.of())));
        dialogue.reply(20);
        goOn(dialogue, 30);
        dialogue.idle(Duration.ofHours(1));
        goOn(dialogue, 2);
        assertThat(cuts()).isZero();
        assertThat(sent.getLast().messages()).as("the greeting too").hasSize(64);
    }

    @Test
    void a_cut_by_other_policies_is_forgotten() {
        Contexts contexts = TestContexts.with(TestContexts.nothing(), CACHED);
        Dialogue dialogue = new Dialogue(contexts, CACHED, List.of());
        goOn(dialogue, 2);
        assertThat(contexts.isCutBy(List.of(), dialogue.state())).isTrue();
        assertThat(contexts.isCutBy(List.of(new ContextSpec("token-budget", Map.of())), dialogue.state()))
                .as("the deployment's own").isTrue();
        assertThat(contexts.isCutBy(List.of(BUDGET), dialogue.state())).isFalse();
    }

    private void goOn(Dialogue dialogue, int turns) {
        for (int i = 0; i < turns; i++) {
            dialogue.user(50);
            ChosenContext context = dialogue.next();
            sent.add(context);
            dialogue.sent(context, 450);
            dialogue.reply(400);
        }
    }

    private long cuts() {
        return sent.stream().filter(each -> each.forecast().cut()).count();
    }

    private static Model model(String name, String cached, String written, @Nullable Duration lifetime) {
        Prices prices = new Prices(new BigDecimal("3"), new BigDecimal(cached), new BigDecimal(written), new BigDecimal("15"),
                "USD");
        return new Model(name, "p", name, "o200k_base", 40_000, 1000, prices, lifetime, 0, Set.of(),
                new Counting(true, Counting.ESTIMATED.images()));
    }
}

package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure.ContextLimit;
import io.parley.conversation.Message;
import io.parley.conversation.SessionId;
import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import io.parley.testing.Histories;
import io.parley.testing.Talk;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What is asked of contexts beside the choice itself. */
class ContextsBesideTest {
    private static final Model MODEL = new Model("m", "p", "m", Histories.ENCODING, 10_000, 500,
            new Prices(BigDecimal.TEN, BigDecimal.ONE, BigDecimal.TEN, BigDecimal.TEN, "USD"), Duration.ofMinutes(5), 0,
            Set.of(), Counting.ESTIMATED);
    private static final List<ContextSpec> RETRIEVE = List.of(new ContextSpec("retrieve", Map.of("keepRecent", 2)));

    private record Found(boolean isLocal) implements Recall {

        @Override
        public Uni<List<RecalledTurn>> again(SessionId session, List<VectorIndex.Hit> turns) {
            return Uni.createFrom().item(List.of());
        }

        @Override
        public Uni<List<RecalledTurn>> find(SessionId session, String query, long before, int topK) {
            List<Message> turn = List.of(Histories.user(1, 20, "older"), Histories.assistant(2, 20, "said"));
            return Uni.createFrom().item(before > 2 ? List.of(new RecalledTurn(turn, 0.9)) : List.of());
        }
    }

    @Test
    void a_preview_brings_back_older_turns_only_where_nobody_is_called_for_it() {
        for (boolean local : new boolean[] { true, false }) {
            Contexts contexts = TestContexts.with(new Found(local), MODEL);
            Dialogue dialogue = talk(contexts, RETRIEVE);
            ChosenContext previewed = contexts.preview(dialogue.request(), dialogue.history()).await().indefinitely();
            assertThat(previewed.recalled()).hasSize(local ? 1 : 0);
            assertThat(contexts.isRecallLeftOut(previewed)).isEqualTo(!local);
            assertThat(contexts.choose(dialogue.request(), dialogue.history()).await().indefinitely().recalled()).hasSize(1);
        }
        Contexts contexts = TestContexts.with(new Found(false), MODEL);
        Dialogue plain = talk(contexts, List.of());
        assertThat(contexts.isRecallLeftOut(plain.next())).isFalse();
    }

    @Test
    void what_is_brought_back_is_neither_of_the_whole_nor_of_what_stays() {
        Contexts contexts = TestContexts.with(new Found(true), MODEL);
        ChosenContext chosen = talk(contexts, RETRIEVE).nextOfAll();
        Dialogue all = talk(contexts, List.of(new ContextSpec("full", Map.of())));
        assertThat(chosen.prefixTokens()).isLessThan(chosen.sentTokens());
        assertThat(chosen.wholeTokens()).isCloseTo(all.nextOfAll().sentTokens(), Offset.offset(20L));
        assertThat(all.nextOfAll().wholeTokens()).isEqualTo(all.nextOfAll().sentTokens());
    }

    @Test
    void the_segments_that_a_cache_knows_are_those_that_were_sent_before() {
        Contexts contexts = TestContexts.with(TestContexts.nothing(), MODEL);
        Dialogue dialogue = talk(contexts, List.of());
        ChosenContext first = dialogue.next();
        assertThat(contexts.cachedSegments(dialogue.request(), first)).isZero();
        dialogue.sent(first, 50);
        dialogue.reply(40);
        dialogue.user(10);
        ChosenContext second = dialogue.next();
        assertThat(contexts.cachedSegments(dialogue.request(), second)).isEqualTo(first.segments().size());
        dialogue.idle(Duration.ofHours(1));
        assertThat(contexts.cachedSegments(dialogue.request(), dialogue.next())).isZero();
    }

    @Test
    void only_a_limit_that_was_stated_is_learned() {
        TestContexts.Kept learned = new TestContexts.Kept();
        Contexts contexts = TestContexts.with(TestContexts.nothing(), learned, MODEL);
        Dialogue dialogue = talk(contexts, List.of());
        Talk.await(contexts.learnLimit(dialogue.request(), null));
        Talk.await(contexts.learnLimit(dialogue.request(), new ContextLimit(0, 9_000)));
        assertThat(learned.find("m").await().indefinitely()).isEqualTo(Learned.NOTHING);
        Talk.await(contexts.learnLimit(dialogue.request(), new ContextLimit(4_000, 9_000)));
        assertThat(learned.find("m").await().indefinitely().limit()).isEqualTo(4_000);
    }

    private static Dialogue talk(Contexts contexts, List<ContextSpec> specs) {
        Dialogue dialogue = new Dialogue(contexts, MODEL, specs);
        for (int i = 0; i < 6; i++) {
            dialogue.user(100);
            dialogue.reply(100);
        }
        dialogue.user(10);
        return dialogue;
    }
}

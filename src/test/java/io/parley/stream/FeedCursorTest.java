package io.parley.stream;

import static io.parley.testing.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.conversation.Failure;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.stream.SessionEvent.Numbered;
import io.parley.testing.Input;
import io.parley.testing.Talk;
import io.parley.testing.Timing;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How somebody is told what happens in a session, on a real Redis. */
class FeedCursorTest extends OnRedis {
    private volatile CompletableFuture<Void> answers = CompletableFuture.completedFuture(null);
    private final AtomicInteger looks = new AtomicInteger();
    private volatile boolean outOfReach;
    private Talk talk;
    private SessionFeeds feeds;

    @BeforeEach
    void open() {
        talk = Talk.begin(stores.sessions(), stores.turns());
        feeds = new SessionFeeds(this::follow, new Watches(stores.notices(), Timing.lease(), vertx));
    }

    private Uni<SessionFeedStore.Page> follow(Owner owner, SessionId session, long after) {
        looks.incrementAndGet();
        return outOfReach ? Uni.createFrom().failure(new IllegalStateException("out of reach"))
                : Uni.createFrom().completionStage(() -> answers).chain(() -> stores.feeds().follow(owner, session, after));
    }

    private Listener<Numbered> listen(long after) {
        return Listener.at(vertx, Talk.await(feeds.listen(Owner.LOCAL, talk.session(), after)));
    }

    /** Somebody who has been told from where on he listens. */
    private Listener<Numbered> listening() {
        Listener<Numbered> cursor = listen(SessionFeedStore.FROM_NOW_ON);
        assertThat(Talk.await(cursor.next())).extracting(Numbered::event).containsExactly(new SessionEvent.Listening());
        return cursor;
    }

    @Test
    void whoever_listens_is_told_from_where_on_and_then_each_thing_that_happens() {
        Listener<Numbered> cursor = listen(SessionFeedStore.FROM_NOW_ON);
        Numbered place = Talk.await(cursor.next()).getFirst();
        assertThat(place.event()).isEqualTo(new SessionEvent.Listening());
        CompletableFuture<List<Numbered>> next = cursor.next().subscribeAsCompletionStage();
        assertThat(next).isNotDone();
        Turn turn = talk.opened(new Input.Say(user("one")));
        assertThat(Talk.await(Uni.createFrom().completionStage(next))).containsExactly(
                new Numbered(place.id() + 1, new SessionEvent.TurnStarted(turn.id(), turn.userMessage())));
        talk.commit(turn, TurnState.COMPLETED, "done");
        assertThat(Talk.await(cursor.next())).containsExactly(new Numbered(place.id() + 2,
                new SessionEvent.TurnEnded(turn.id(), TurnState.COMPLETED, turn.reply())));
    }

    @Test
    void whoever_comes_back_is_told_what_happened_meanwhile() {
        Listener<Numbered> cursor = listen(SessionFeedStore.FROM_NOW_ON);
        long place = Talk.await(cursor.next()).getFirst().id();
        cursor.close();
        Turn turn = talk.opened(new Input.Say(user("one")));
        assertThat(Talk.await(listen(place).next())).containsExactly(
                new Numbered(place + 1, new SessionEvent.TurnStarted(turn.id(), turn.userMessage())));
    }

    @Test
    void whoever_comes_back_with_an_unknown_place_is_told_to_read_anew_and_goes_on_from_there() {
        listening().close();
        Listener<Numbered> cursor = listen(1_000);
        Numbered missed = Talk.await(cursor.next()).getFirst();
        assertThat(missed.event()).isEqualTo(new SessionEvent.Missed());
        Turn turn = talk.opened(new Input.Say(user("one")));
        assertThat(Talk.await(cursor.next())).containsExactly(
                new Numbered(missed.id() + 1, new SessionEvent.TurnStarted(turn.id(), turn.userMessage())));
    }

    @Test
    void the_end_of_the_session_is_told_once_and_nothing_follows() {
        Listener<Numbered> cursor = listening();
        Talk.await(stores.sessions().erase(Owner.LOCAL, talk.session(), null));
        assertThat(Talk.await(cursor.next())).extracting(Numbered::event).containsExactly(new SessionEvent.Deleted());
        assertThat(Talk.await(cursor.next())).isEmpty();
    }

    @Test
    void a_session_that_never_was_there_is_not_told_as_deleted() {
        assertThatThrownBy(() -> Talk.await(feeds.listen(Owner.LOCAL, SessionId.create(), SessionFeedStore.FROM_NOW_ON)))
                .isInstanceOf(Failure.NotFound.class);
        assertThatThrownBy(
                () -> Talk.await(feeds.listen(new Owner("other"), talk.session(), SessionFeedStore.FROM_NOW_ON)))
                .isInstanceOf(Failure.NotFound.class);
    }

    @Test
    void two_thousand_who_begin_to_listen_at_once_are_a_few_looks_at_the_store_and_each_is_told_everything() {
        CompletableFuture<Void> all = new CompletableFuture<>();
        answers = all;
        List<CompletableFuture<FeedCursor>> begun = Stream
                .generate(() -> feeds.listen(Owner.LOCAL, talk.session(), SessionFeedStore.FROM_NOW_ON)
                        .subscribeAsCompletionStage())
                .limit(2_000).toList();
        all.complete(null);
        List<Listener<Numbered>> cursors = begun.stream()
                .map(cursor -> Listener.at(vertx, Talk.await(Uni.createFrom().completionStage(cursor)))).toList();
        assertThat(looks).hasValue(2);
        cursors.forEach(cursor -> assertThat(Talk.await(cursor.next())).extracting(Numbered::event)
                .containsExactly(new SessionEvent.Listening()));

        Turn turn = talk.opened(new Input.Say(user("one")));

        assertThat(Talk.await(Uni.join().all(cursors.stream().map(Listener::next).toList()).andFailFast()))
                .allSatisfy(told -> assertThat(told).extracting(Numbered::event)
                        .containsExactly(new SessionEvent.TurnStarted(turn.id(), turn.userMessage())));
        cursors.forEach(Listener::close);
    }

    @Test
    void a_store_that_is_out_of_reach_does_not_end_the_session_for_those_who_listen() {
        Listener<Numbered> cursor = listening();
        outOfReach = true;
        assertThatThrownBy(() -> Talk.await(cursor.next())).hasMessage("out of reach");
        outOfReach = false;
        Turn turn = talk.opened(new Input.Say(user("one")));
        assertThat(Talk.await(cursor.next())).extracting(Numbered::event)
                .containsExactly(new SessionEvent.TurnStarted(turn.id(), turn.userMessage()));
    }

    @Test
    void whoever_has_left_is_told_nothing_more() {
        Listener<Numbered> cursor = listening();
        talk.open(new Input.Say(user("one")));
        cursor.close();
        cursor.close();
        assertThat(cursor.hasNothing()).isTrue();
    }
}

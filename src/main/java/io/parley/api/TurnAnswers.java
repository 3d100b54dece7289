package io.parley.api;

import io.parley.api.json.Paths;
import io.parley.api.json.TurnJson;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.stream.Listening;
import io.parley.turn.Turns;
import io.parley.turn.Turns.Snapshot;
import io.parley.turn.Turns.Started;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The three ways in which a turn that has been started is answered. */
@Singleton
final class TurnAnswers {
    private final Turns turns;
    private final EventStreams events;
    private final Problems problems;
    private final LongAnswers answers;

    TurnAnswers(Turns turns, EventStreams events, Problems problems, LongAnswers answers) {
        this.turns = turns;
        this.events = events;
        this.problems = problems;
        this.answers = answers;
    }

    /**
     * Answers as the client prefers. The turn is stored: whatever fails from here on says so.
     *
     * @param heard where a stream goes on, should this request be the repetition of an earlier one
     * @return null when the answer has been sent as a stream
     */
    Uni<@Nullable Response> answer(Call call, Started started, Heard heard) {
        Uni<@Nullable Response> answer = call.accept().prefersEvents() ? stream(call, started, heard) : wait(call, started);
        return answer.onFailure().recoverWithItem(failure -> problems.afterOpening(failure, started.turn(), call.request()));
    }

    /**
     * What a client has heard of a turn already and wants to hear.
     *
     * @param after the last event it has seen
     * @param thinking whether it wants the model's reasoning too
     */
    record Heard(long after, boolean thinking) {}

    /** The turn once it is over, or as it stands after this time. */
    Uni<Snapshot> asItStandsAfter(Duration patience, Owner owner, SessionId session, TurnId turn) {
        return patience.isZero() ? turns.find(owner, session, turn) : turns.await(owner, session, turn, patience);
    }

    /** The turn as it stands. */
    static Response.ResponseBuilder turn(Snapshot snapshot) {
        return Answers.ok(json -> TurnJson.write(json, snapshot.turn(), snapshot.reply()));
    }

    /** Returns the approximate number of characters of a turn with its reply. */
    static long length(Snapshot snapshot) {
        return TurnJson.length(snapshot.turn(), snapshot.reply());
    }

    private Uni<@Nullable Response> stream(Call call, Started started, Heard heard) {
        Turn turn = started.turn();
        // Events that were seen of another turn say nothing of one that has just been opened.
        long after = started.known() ? heard.after() : 0;
        EventStreams.Wanted wanted = new EventStreams.Wanted(turn.session(), turn.id(), after,
                heard.thinking());
        if (started.replayed()) {
            call.request().response().putHeader("Idempotent-Replayed", "true");
        }
        return turns.listen(call.owner(), turn.session(), turn.id(), after)
                .chain(listening -> send(call, wanted, listening));
    }

    /** Sends what there is to hear; 204 where that is nothing. */
    Uni<@Nullable Response> send(Call call, EventStreams.Wanted wanted, Listening listening) {
        return switch (listening) {
            case Listening.From(var cursor) -> events
                    .send(call.request(), wanted.after(), new TurnSource(wanted, cursor)).replaceWith((Response) null);
            case Listening.NothingMore() -> Uni.createFrom().item(Response.noContent().build());
        };
    }

    private Uni<@Nullable Response> wait(Call call, Started started) {
        Turn turn = started.turn();
        Preferences preferences = call.preferences();
        return answers.answer(call,
                _ -> asItStandsAfter(preferences.patience(), call.owner(), turn.session(), turn.id()), TurnAnswers::length,
                snapshot -> answer(call, started, snapshot, preferences));
    }

    private Response answer(Call call, Started started, Snapshot snapshot, Preferences preferences) {
        Turn turn = snapshot.turn();
        Response.ResponseBuilder answer = switch (turn.state()) {
            case RUNNING -> turn(snapshot).status(202);
            case COMPLETED, CANCELLED -> turn(snapshot).status(201);
            case FAILED, INTERRUPTED -> problems.failed(turn, call.request());
        };
        String applied = preferences.applied();
        if (applied != null) {
            answer.header("Preference-Applied", applied);
        }
        return Answers.replayed(answer.header("Location", Paths.turn(turn.session(), turn.id())), started.replayed())
                .build();
    }
}

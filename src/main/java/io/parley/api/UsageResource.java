package io.parley.api;

import io.parley.api.json.SpendingJson;
import io.parley.conversation.ContextReport;
import io.parley.conversation.Cost;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.provider.ModelCatalogue;
import io.parley.turn.Turns;
import io.parley.usage.Pricing;
import io.parley.usage.SessionTotals;
import io.parley.usage.WholeInput;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /sessions/{id}/usage}: tokens and cost, per turn and in total. */
@Path("/api/v1/sessions/{id}/usage")
@Produces(MediaType.APPLICATION_JSON)
public class UsageResource {
    private final Calls calls;
    private final Turns turns;
    private final ModelCatalogue catalogue;
    private final LongAnswers answers;

    UsageResource(Calls calls, Turns turns, ModelCatalogue catalogue, LongAnswers answers) {
        this.calls = calls;
        this.turns = turns;
        this.catalogue = catalogue;
        this.answers = answers;
    }

    /** The turns of a session, newest first, and what all of them come to, whichever part of the list is asked for. */
    @GET
    public Uni<@Nullable Response> list(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            PageRequest wanted = Paging.request(request);
            SessionId session = Call.session(id);
            return answers.answer(call, room -> turns.list(call.owner(), session, null, wanted, room)
                    .chain(page -> turns.totals(call.owner(), session).map(totals -> new Used(page, totals))),
                    used -> used.turns.bytes(), used -> Paging.answer(call, wanted, used.turns, false,
                            json -> SpendingJson.writeTotal(json, used.totals),
                            (json, turn) -> SpendingJson.write(json, turn, untrimmed(turn))));
        });
    }

    private record Used(Page<Turn> turns, SessionTotals totals) {}

    /** What the input would cost today if the whole conversation were sent uncached. */
    private @Nullable Cost untrimmed(Turn turn) {
        ContextReport sent = turn.context();
        return sent == null ? null
                : Optional.ofNullable(turn.model()).flatMap(catalogue::find)
                        .map(model -> Pricing.input(model, WholeInput.tokens(sent, turn.usage()))).orElse(null);
    }
}

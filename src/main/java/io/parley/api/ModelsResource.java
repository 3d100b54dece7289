package io.parley.api;

import io.parley.api.json.Limits;
import io.parley.api.json.ModelJson;
import io.parley.api.json.PageJson;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** {@code /models}: the catalogue. */
@Path("/api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public class ModelsResource {
    private final Calls calls;
    private final ModelCatalogue catalogue;
    private final Limits limits;

    ModelsResource(Calls calls, ModelCatalogue catalogue, Limits limits) {
        this.calls = calls;
        this.catalogue = catalogue;
        this.limits = limits;
    }

    /** All models, those that cannot be called for want of a key included. */
    @GET
    public Uni<Response> list(@Context HttpServerRequest request) {
        return calls.answer(request, _ -> Uni.createFrom().item(() -> {
            Model fallback = catalogue.defaultModel();
            return Answers.json(200, PageJson.write(catalogue.all(), false, null, null, (json, model) -> ModelJson
                    .write(json, model, limits, catalogue.isConfigured(model), model.name().equals(fallback.name())))).build();
        }));
    }
}

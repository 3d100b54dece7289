package io.parley.provider;

import java.util.List;
import java.util.Optional;

/** The models that this deployment knows. Immutable after start. */
public interface ModelCatalogue {

    /** All models in the order of the catalogue, those without a key included. */
    List<Model> all();

    /** The model that clients call by this name. */
    Optional<Model> find(String name);

    /** The model of whoever names none: as configured, else the first one that can be called. */
    Model defaultModel();

    /** Whether the model's provider has what it needs to be called: a key, or a base URL that needs none. */
    boolean isConfigured(Model model);
}

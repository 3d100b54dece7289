package io.parley.provider;

import io.quarkus.runtime.configuration.ConfigurationException;

/** Providers or models are configured wrongly: Parley does not start. The message is one line that says where and what. */
public final class CatalogueException extends ConfigurationException {
    private static final long serialVersionUID = 1;

    /** What is wrong, starting with where. */
    public CatalogueException(String message) {
        super(message);
    }
}

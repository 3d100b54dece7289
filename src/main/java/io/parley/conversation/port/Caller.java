package io.parley.conversation.port;

import io.parley.conversation.Owner;

/**
 * The party that makes a request. Parley resolves it once per request.
 *
 * @param owner the owner of all that the request may see and change
 */
public record Caller(Owner owner) {}

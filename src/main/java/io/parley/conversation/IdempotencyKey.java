package io.parley.conversation;

/**
 * A client's promise that requests with this key are one request.
 *
 * @param key hash of the owner's key and the route, 64 lower-case hexadecimal digits
 * @param fingerprint hash of method, path and raw body, likewise: another one under the same key is a mistake
 */
public record IdempotencyKey(String key, String fingerprint) {}

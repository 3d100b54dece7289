/**
 * What the service costs, measured: a mock provider, the service, Redis and nginx as processes of their own, one load generator
 * for
 * all of them. {@code ./mvnw verify -Pbenchmark} runs it and prints tables; nothing here is a test.
 */
package io.parley.benchmark;

/**
 * Measures the cost of the service: a mock provider, the service, Redis and nginx as processes of their own, and one load
 * generator for all of them. {@code ./mvnw verify -Pbenchmark} runs it and prints tables; nothing here is a test.
 */
package io.parley.benchmark;

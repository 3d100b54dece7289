package io.parley.provider;

import java.math.BigDecimal;

/**
 * What a million tokens cost.
 *
 * @param input read anew
 * @param cachedInput read from the prompt cache
 * @param cacheWrite written to the prompt cache; equal to {@code input} where writing costs nothing extra
 * @param output generated, reasoning included
 * @param currency ISO 4217
 */
public record Prices(BigDecimal input, BigDecimal cachedInput, BigDecimal cacheWrite, BigDecimal output, String currency) {}

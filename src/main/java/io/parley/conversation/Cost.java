package io.parley.conversation;

import java.math.BigDecimal;

/**
 * Money.
 *
 * @param amount exact, never negative
 * @param currency ISO 4217, e.g. {@code USD}
 */
public record Cost(BigDecimal amount, String currency) {}

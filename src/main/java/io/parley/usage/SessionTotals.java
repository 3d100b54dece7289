package io.parley.usage;

/**
 * What a session has used so far.
 *
 * @param turns how many there were
 * @param all of the turns and of what was done beside them
 * @param beside of that, what was done beside turns: summaries, embeddings
 */
public record SessionTotals(long turns, Total all, Total beside) {}

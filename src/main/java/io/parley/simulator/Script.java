package io.parley.simulator;

import java.util.Iterator;

/**
 * A streamed reply, ready to be written.
 *
 * @param opening goes out with the first piece
 * @param count how many pieces there are
 * @param pieces made when they are asked for
 * @param closing what makes the reply whole
 * @param error what breaks it off in the middle, on demand
 */
record Script(String opening, int count, Iterator<String> pieces, String closing, String error) {}

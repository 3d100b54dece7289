/**
 * In which order the steps of one turn happen, what is saved when, and how a turn is cancelled, repeated or kept from
 * overlapping another.
 */
@NullMarked
package io.parley.turn;

import org.jspecify.annotations.NullMarked;

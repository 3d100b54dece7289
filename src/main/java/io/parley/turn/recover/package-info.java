/**
 * Ends or restarts turns that their process cannot end: after the death of the process, after a cancel that it does not notice,
 * and in its shutdown. It calls into {@code turn}, which knows only {@link io.parley.turn.DeadTurns}.
 */
@NullMarked
package io.parley.turn.recover;

import org.jspecify.annotations.NullMarked;

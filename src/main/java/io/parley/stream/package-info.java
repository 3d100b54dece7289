/**
 * How a running reply lives on, whoever listens: its event log, cursors, replay and fan-out.
 */
@NullMarked
package io.parley.stream;

import org.jspecify.annotations.NullMarked;

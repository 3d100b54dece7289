/**
 * What a turn and a session cost.
 */
@NullMarked
package io.parley.usage;

import org.jspecify.annotations.NullMarked;

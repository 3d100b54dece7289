/**
 * The model that needs no key, spoken to over HTTP like any other.
 */
@NullMarked
package io.parley.simulator;

import org.jspecify.annotations.NullMarked;

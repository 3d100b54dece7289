/**
 * How everything is kept in Redis: keys, scripts, codecs and lifetimes.
 */
@NullMarked
package io.parley.store;

import org.jspecify.annotations.NullMarked;

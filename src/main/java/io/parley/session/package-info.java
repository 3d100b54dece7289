/**
 * How a session is created, read, changed, listed, forked and erased.
 */
@NullMarked
package io.parley.session;

import org.jspecify.annotations.NullMarked;

/**
 * How bytes become server-sent events and back.
 */
@NullMarked
package io.parley.sse;

import org.jspecify.annotations.NullMarked;

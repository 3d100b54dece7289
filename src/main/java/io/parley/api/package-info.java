/**
 * How a request comes in over HTTP and a reply goes out as JSON or server-sent events: the only place that knows a status
 * code, a header or an event name.
 */
@NullMarked
package io.parley.api;

import org.jspecify.annotations.NullMarked;

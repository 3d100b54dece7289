/**
 * How a model is asked over HTTP, and which models there are.
 */
@NullMarked
package io.parley.provider;

import org.jspecify.annotations.NullMarked;

/**
 * How a model is asked over the HTTP API of Anthropic.
 */
@NullMarked
package io.parley.provider.anthropic;

import org.jspecify.annotations.NullMarked;

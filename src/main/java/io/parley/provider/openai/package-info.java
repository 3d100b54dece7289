/**
 * How a model is asked over the HTTP API of OpenAI, and over those that speak the same.
 */
@NullMarked
package io.parley.provider.openai;

import org.jspecify.annotations.NullMarked;

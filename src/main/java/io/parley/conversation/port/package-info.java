/**
 * Words that several packages need to work together: the parties, and the interfaces by which one package hears of another.
 */
@NullMarked
package io.parley.conversation.port;

import org.jspecify.annotations.NullMarked;

/**
 * What a session, a message, a content block, a turn, a reply event, a usage and a failure <em>are</em>, in words that know
 * no framework.
 */
@NullMarked
package io.parley.conversation;

import org.jspecify.annotations.NullMarked;

/**
 * Which messages the model sees and how many tokens they take; what is stored is never changed here.
 */
@NullMarked
package io.parley.context;

import org.jspecify.annotations.NullMarked;

/**
 * What the whole application needs once, such as its clock; everything else has a package of its own below.
 */
@NullMarked
package io.parley;

import org.jspecify.annotations.NullMarked;

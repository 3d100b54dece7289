/**
 * How requests and answers are written in JSON: readers that name every broken rule by its JSON pointer, and writers of what
 * the API shows.
 */
@NullMarked
package io.parley.api.json;

import org.jspecify.annotations.NullMarked;

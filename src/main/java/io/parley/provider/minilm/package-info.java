/**
 * The embedding model that runs inside this process: all-MiniLM-L6-v2, on one thread of its own.
 */
@NullMarked
package io.parley.provider.minilm;

import org.jspecify.annotations.NullMarked;

package io.parley.stream;

import java.util.function.Consumer;

/**
 * What other replicas tell this one. Port; {@code store} implements it. A notice may be lost: whoever waits for one looks for
 * himself now and then, more often while none arrive.
 */
public interface Notices {

    /** Whether notices arrive at present. */
    boolean arrive();

    /** Gives every notice from now on to this listener too, on any thread; it must not block. */
    void listen(Consumer<Notice> listener);
}

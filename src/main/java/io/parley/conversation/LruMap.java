package io.parley.conversation;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of bounded size. A further entry takes the place of the one that was used longest ago. It is not thread-safe. */
public final class LruMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;
    private final int most;

    /** @param most the most entries at one time */
    public LruMap(int most) {
        super(16, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}

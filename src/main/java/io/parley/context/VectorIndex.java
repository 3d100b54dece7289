package io.parley.context;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The vectors of one session's turns, searched one by one. Holds the newest turns up to a number and forgets older ones. Safe
 * to use from any thread; a search of some ten thousand turns takes milliseconds, so it belongs off the event loop.
 */
public final class VectorIndex {
    /** How many turns are kept unless told otherwise. */
    public static final int DEFAULT_TURNS = 10_000;
    private static final int FIRST_CAPACITY = 16;

    private final String space;
    private final int dimensions;
    private final int mostTurns;
    /** Turns lie from {@code oldest} to {@code end}; what lies before is forgotten and given back when room is needed. */
    private int oldest;
    private int end;
    private long[] firsts = new long[FIRST_CAPACITY];
    private long[] lasts = new long[FIRST_CAPACITY];
    /** Where the vectors of a turn begin; at {@code end} where the next one's will. */
    private int[] starts = new int[FIRST_CAPACITY + 1];
    private double[] norms = new double[FIRST_CAPACITY];
    private byte[] values;

    /**
     * An empty index.
     *
     * @param mostTurns how many are kept
     */
    public VectorIndex(String space, int dimensions, int mostTurns) {
        if (dimensions < 1 || mostTurns < 1) {
            throw new IllegalArgumentException("an index has dimensions and turns");
        }
        this.space = space;
        this.dimensions = dimensions;
        this.mostTurns = mostTurns;
        this.values = new byte[FIRST_CAPACITY * dimensions];
    }

    /**
     * Adds a turn behind the newest, and forgets the oldest one if there are too many.
     *
     * @return whether it was taken: it must be of the same space and length, and come after all that are there
     */
    public synchronized boolean add(TurnVectors turn) {
        boolean fits = turn.space().equals(space) && turn.dimensions() == dimensions;
        if (!fits || (end > oldest && turn.first() <= lasts[end - 1])) {
            return false;
        }
        if (size() == mostTurns) {
            oldest++;
        }
        makeRoom(turn.vectors().size());
        firsts[end] = turn.first();
        lasts[end] = turn.last();
        int at = starts[end];
        for (QuantisedVector vector : turn.vectors()) {
            vector.copyTo(values, at * dimensions);
            norms[at++] = vector.norm();
        }
        starts[++end] = at;
        return true;
    }

    /** How many turns it holds. */
    public synchronized int size() {
        return end - oldest;
    }

    /** About how much memory it takes. */
    public synchronized long bytes() {
        return values.length + 8L * (firsts.length + lasts.length + norms.length) + 4L * starts.length;
    }

    /**
     * The turns nearest to a query, the nearest first, of equally near ones the newest. A turn is as near as the nearest of
     * its vectors.
     *
     * @param most how many at most
     * @param before only turns whose last message has a lower sequence number
     * @param threshold only turns whose cosine is at least this
     * @throws IllegalArgumentException if the query has other dimensions
     */
    public synchronized List<Hit> nearest(QuantisedVector query, int most, long before, double threshold) {
        if (query.dimensions() != dimensions) {
            throw new IllegalArgumentException("a query of " + dimensions + " dimensions is needed");
        }
        int[] wide = query.widened();
        int[] other = new int[dimensions];
        PriorityQueue<Hit> best = new PriorityQueue<>(Hit.NEAREST_FIRST.reversed());
        for (int turn = oldest; turn < end && lasts[turn] < before && most > 0; turn++) {
            Hit hit = new Hit(firsts[turn], lasts[turn], score(turn, query.norm(), wide, other));
            if (hit.score() >= threshold) {
                best.add(hit);
                if (best.size() > most) {
                    best.remove();
                }
            }
        }
        return best.stream().sorted(Hit.NEAREST_FIRST).toList();
    }

    private double score(int turn, double norm, int[] query, int[] other) {
        double nearest = -1;
        for (int at = starts[turn]; at < starts[turn + 1]; at++) {
            nearest = Math.max(nearest, QuantisedVector.cosine(dot(at * dimensions, query, other), norm * norms[at]));
        }
        return nearest;
    }

    /** In two loops, because a compiler makes vector instructions of each, and not of one that widens and adds. */
    private int dot(int from, int[] query, int[] other) {
        byte[] many = values;
        for (int i = 0; i < other.length; i++) {
            other[i] = many[from + i];
        }
        int sum = 0;
        for (int i = 0; i < other.length; i++) {
            sum += other[i] * query[i];
        }
        return sum;
    }

    /** Gives back what forgotten turns took, and grows where that is not enough. */
    private void makeRoom(int vectors) {
        int begin = starts[oldest];
        int used = starts[end] - begin;
        if (end < firsts.length && starts[end] + vectors <= norms.length) {
            return;
        }
        int room = roomFor(used + vectors, norms.length);
        norms = Arrays.copyOf(Arrays.copyOfRange(norms, begin, begin + used), room);
        values = Arrays.copyOf(Arrays.copyOfRange(values, begin * dimensions, (begin + used) * dimensions),
                Math.multiplyExact(room, dimensions));
        int turns = roomFor(size() + 1, firsts.length);
        firsts = Arrays.copyOf(Arrays.copyOfRange(firsts, oldest, end), turns);
        lasts = Arrays.copyOf(Arrays.copyOfRange(lasts, oldest, end), turns);
        starts = Arrays.copyOf(Arrays.stream(starts, oldest, end + 1).map(start -> start - begin).toArray(), turns + 1);
        end -= oldest;
        oldest = 0;
    }

    /** Leaves a third free at least, so that this is not done for every turn. */
    private static int roomFor(int needed, int before) {
        return Math.max(before, needed + needed / 2);
    }

    /**
     * A turn that was found.
     *
     * @param first sequence number of its first message
     * @param last sequence number of its last message
     * @param score cosine, from -1 to 1
     */
    public record Hit(long first, long last, double score) {
        static final Comparator<Hit> NEAREST_FIRST = Comparator.comparingDouble(Hit::score).thenComparingLong(Hit::last)
                .reversed();
    }
}

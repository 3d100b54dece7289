package io.parley.context;

import io.parley.provider.Embeddings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a turn is found by: one vector for each of its {@link Passages}.
 *
 * @param space see {@link Embeddings#space}
 * @param first sequence number of the turn's first message
 * @param last sequence number of the turn's last message
 * @param vectors from one to {@link Passages#MOST}, all of the same length
 */
public record TurnVectors(String space, long first, long last, List<QuantisedVector> vectors) {
    private static final String VERSION = "1";
    private static final String SEPARATOR = "|";
    private static final int FIELDS = 6;
    /** Longer than any that {@link #encode} makes. */
    private static final int LONGEST = 200 + Passages.MOST * Embeddings.MOST_DIMENSIONS * 4 / 3;

    /** @throws IllegalArgumentException if something is not as described */
    public TurnVectors {
        vectors = List.copyOf(vectors);
        boolean sane = Embeddings.SPACE.matcher(space).matches() && first >= 0 && last >= first && areAlike(vectors);
        if (!sane) {
            throw new IllegalArgumentException("no vectors of a turn");
        }
    }

    private static boolean areAlike(List<QuantisedVector> vectors) {
        if (vectors.isEmpty() || vectors.size() > Passages.MOST) {
            return false;
        }
        int dimensions = vectors.getFirst().dimensions();
        return dimensions >= 1 && dimensions <= Embeddings.MOST_DIMENSIONS
                && vectors.stream().allMatch(vector -> vector.dimensions() == dimensions);
    }

    /** The length of each vector. */
    public int dimensions() {
        return vectors.getFirst().dimensions();
    }

    /** The form in which it is stored: data at rest, read by {@link #decode} for ever. */
    public String encode() {
        byte[] bytes = new byte[vectors.size() * dimensions()];
        for (int i = 0; i < vectors.size(); i++) {
            vectors.get(i).copyTo(bytes, i * dimensions());
        }
        return String.join(SEPARATOR, VERSION, space, Long.toString(first), Long.toString(last),
                Integer.toString(dimensions()), Base64.getEncoder().withoutPadding().encodeToString(bytes));
    }

    /** What was stored as {@link #encode} gives it; empty for anything else. */
    public static Optional<TurnVectors> decode(String stored) {
        String[] fields = stored.length() > LONGEST ? new String[0] : stored.split("\\|", -1);
        if (fields.length != FIELDS || !fields[0].equals(VERSION)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(fields[5]);
            return Optional.of(new TurnVectors(fields[1], Long.parseLong(fields[2]), Long.parseLong(fields[3]),
                    split(bytes, Integer.parseInt(fields[4]))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<QuantisedVector> split(byte[] bytes, int dimensions) {
        if (dimensions < 1 || bytes.length % dimensions != 0) {
            throw new IllegalArgumentException("no whole vectors");
        }
        List<QuantisedVector> vectors = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += dimensions) {
            vectors.add(QuantisedVector.ofBytes(Arrays.copyOfRange(bytes, at, at + dimensions)));
        }
        return vectors;
    }
}

package io.parley.context;

import java.util.Arrays;

/**
 * A direction in the space of an embedding model, with a byte for each dimension: a quarter of the memory, and angles that
 * differ from the exact ones by less than what tells passages apart. Immutable.
 */
public final class QuantisedVector {
    private static final int LARGEST = Byte.MAX_VALUE;
    private final byte[] values;
    private final double norm;

    private QuantisedVector(byte[] values) {
        this.values = values;
        this.norm = Math.sqrt(dot(values, values));
    }

    /**
     * The direction of a vector of any length; the largest of its values becomes 127.
     *
     * @throws IllegalArgumentException if a value is no finite number
     */
    public static QuantisedVector of(float[] vector) {
        float largest = 0;
        for (float value : vector) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("a vector of finite numbers is needed");
            }
            largest = Math.max(largest, Math.abs(value));
        }
        byte[] values = new byte[vector.length];
        // In double, as the quotient by the smallest of floats would be infinite.
        double scale = largest == 0 ? 0 : LARGEST / (double) largest;
        for (int i = 0; i < vector.length; i++) {
            values[i] = (byte) Math.round(vector[i] * scale);
        }
        return new QuantisedVector(values);
    }

    /** One that was stored as {@link #bytes}. */
    public static QuantisedVector ofBytes(byte[] bytes) {
        return new QuantisedVector(bytes.clone());
    }

    /** How many dimensions it has. */
    public int dimensions() {
        return values.length;
    }

    /** Its values. */
    public byte[] bytes() {
        return values.clone();
    }

    /**
     * The cosine of the angle to another one, from -1 to 1; 0 if one of them has no direction.
     *
     * @throws IllegalArgumentException if the other has other dimensions
     */
    public double cosine(QuantisedVector other) {
        if (other.values.length != values.length) {
            throw new IllegalArgumentException("vectors of the same length are needed");
        }
        return cosine(dot(values, other.values), norm * other.norm);
    }

    /** Within its bounds also where rounding would lead out of them. */
    static double cosine(long dot, double norms) {
        return norms == 0 ? 0 : Math.clamp(dot / norms, -1.0, 1.0);
    }

    double norm() {
        return norm;
    }

    /** Puts the values where several vectors lie one after the other. */
    void copyTo(byte[] many, int at) {
        System.arraycopy(values, 0, many, at, values.length);
    }

    /** Its values, each as wide as the sum that it is used for. */
    int[] widened() {
        int[] wide = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static long dot(byte[] one, byte[] other) {
        long sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof QuantisedVector vector && Arrays.equals(values, vector.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }
}

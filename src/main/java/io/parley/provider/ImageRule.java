package io.parley.provider;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** How many tokens an image costs by its size, as a provider publishes it. */
public sealed interface ImageRule {

    /**
     * Tokens of one image, at least 1.
     *
     * @param width pixels, 0 where unknown
     * @param height pixels, 0 where unknown; an image of unknown size counts the most that the rule can give
     */
    int tokens(int width, int height);

    /**
     * OpenAI's rule for {@code detail: high} of gpt-4o and its like: the image is made to fit a square of 2048 pixels, then
     * its shorter side is made 768 pixels if it is longer; each begun tile of 512 × 512 pixels costs.
     *
     * @param base tokens of any image
     * @param tile tokens of each tile
     */
    record Tiles(int base, int tile) implements ImageRule {
        private static final double SQUARE = 2048;
        private static final double SHORT_SIDE = 768;
        private static final double TILE = 512;
        private static final int MOST_TILES = 8;

        @Override
        public int tokens(int width, int height) {
            if (isUnknown(width, height)) {
                return base + MOST_TILES * tile;
            }
            double fit = Math.min(1, SQUARE / Math.max(width, height));
            double scale = fit * Math.min(1, SHORT_SIDE / (fit * Math.min(width, height)));
            return base + (begun(width * scale / TILE) * begun(height * scale / TILE)) * tile;
        }
    }

    /**
     * OpenAI's rule for the small models since gpt-4.1: patches of 32 × 32 pixels; an image of more than the most patches is
     * made smaller so that whole patches cover it.
     *
     * @param multiplier tokens of a patch
     * @param most patches of one image
     */
    record Patches(BigDecimal multiplier, int most) implements ImageRule {
        private static final double PATCH = 32;

        @Override
        public int tokens(int width, int height) {
            return multiplier.multiply(BigDecimal.valueOf(patches(width, height))).setScale(0, RoundingMode.CEILING)
                    .intValueExact();
        }

        private long patches(int width, int height) {
            if (isUnknown(width, height)) {
                return most;
            }
            double across = width / PATCH;
            double down = height / PATCH;
            long patches = (long) begun(across) * begun(down);
            return patches <= most ? patches : shrunk(across, down);
        }

        private long shrunk(double across, double down) {
            double area = Math.sqrt(most / (across * down));
            double scale = area * Math.min(whole(across * area), whole(down * area));
            long patches = (long) begun(across * scale) * begun(down * scale);
            // The published formula makes nothing of an image that is narrower than a patch.
            return patches == 0 ? most : Math.min(most, patches);
        }

        private static double whole(double patches) {
            return Math.floor(patches) / patches;
        }
    }

    /**
     * Anthropic's rule: the image is made smaller until its longer side has 1568 pixels, then pixels are counted.
     *
     * @param each pixels of one token
     * @param most tokens of one image
     */
    record Pixels(int each, int most) implements ImageRule {
        /** As Anthropic publishes it; also for models of which no rule is known. */
        public static final Pixels USUAL = new Pixels(750, 1_600);
        private static final double LONG_SIDE = 1568;

        @Override
        public int tokens(int width, int height) {
            if (isUnknown(width, height)) {
                return most;
            }
            double scale = Math.min(1, LONG_SIDE / Math.max(width, height));
            return (int) Math.min(most, Math.ceil(width * scale * (height * scale) / each));
        }
    }

    private static boolean isUnknown(int width, int height) {
        return width <= 0 || height <= 0;
    }

    /** How many parts are begun; what arithmetic leaves above a whole number begins none. */
    private static int begun(double parts) {
        return (int) Math.ceil(parts - 1e-9);
    }
}

package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.provider.Embeddings;
import io.parley.provider.ErrorClass;
import io.parley.provider.TokenFigures;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Reads the vectors of an answer, trusting nothing in it: each text has exactly one, all are of one length. */
final class OpenAiVectors {
    private final int texts;
    private final OptionalInt wanted;
    private final Map<Integer, float[]> vectors = new TreeMap<>();

    OpenAiVectors(int texts, OptionalInt wanted) {
        this.texts = texts;
        this.wanted = wanted;
    }

    /** Returns the tokens that the answer reports, 0 if it reports none. */
    static long tokens(JsonNode usage) {
        return TokenFigures.first(usage, "prompt_tokens", "input_tokens", "total_tokens");
    }

    /** The vectors in the order of the texts; fails where one is missing, twice there or none. */
    List<float[]> read(JsonNode data) {
        int dimensions = wanted.orElse(data.path(0).path("embedding").size());
        for (JsonNode item : data) {
            // Some compatible servers leave the index out; then the order is what there is.
            int index = item.path("index").asInt(vectors.size());
            if (index < 0 || index >= texts || vectors.put(index, vector(item.path("embedding"), dimensions)) != null) {
                throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
            }
        }
        if (vectors.size() != texts) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        return List.copyOf(vectors.values());
    }

    private static float[] vector(JsonNode numbers, int dimensions) {
        if (!numbers.isArray() || numbers.size() != dimensions || dimensions < 1
                || dimensions > Embeddings.MOST_DIMENSIONS) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = numbers.path(i).isNumber() ? numbers.path(i).floatValue() : Float.NaN;
            if (!Float.isFinite(vector[i])) {
                throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
            }
        }
        return vector;
    }
}

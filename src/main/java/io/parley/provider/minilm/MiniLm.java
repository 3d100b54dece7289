package io.parley.provider.minilm;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.fasterxml.jackson.databind.JsonNode;
import io.parley.provider.WireJson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The model all-MiniLM-L6-v2 with eight-bit weights, run by ONNX Runtime: mean of what it says of each word piece, scaled to
 * length 1, as its authors use it.
 * <p>
 * It was made for at most 256 pieces at a time, so a longer text is read in windows of that length whose vectors are added,
 * each by its number of pieces; what comes after {@value #MOST_WINDOWS} windows, some 4,000 characters of English, is not
 * looked at.
 */
final class MiniLm implements Encoder {
    /** The name of the model and so of the space of its vectors; it changes with anything that changes a vector. */
    static final String NAME = "all-minilm-l6-v2-q";
    /** The length of a vector. */
    static final int DIMENSIONS = 384;
    static final int MOST_WINDOWS = 4;
    /** 256 with the marks of start and end, as in the model's own configuration. */
    private static final int WINDOW = 254;
    private static final String WEIGHTS = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENISER = "/all-minilm-l6-v2-q-tokenizer.json";

    private final WordPieces words;
    private final OrtEnvironment environment;
    private final OrtSession session;

    private MiniLm(WordPieces words, OrtEnvironment environment, OrtSession session) {
        this.words = words;
        this.environment = environment;
        this.session = session;
    }

    /**
     * Reads the model from its jar; takes about a second and 100 MB.
     *
     * @throws IOException if it is not there
     * @throws OrtException if it cannot be run
     * @throws LinkageError on a machine for which ONNX Runtime brings no library, or where it cannot unpack it
     */
    static MiniLm load() throws IOException, OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // The thread that asks does the work, so that a backfill leaves the other processors to the replies.
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OptLevel.ALL_OPT);
            return new MiniLm(new WordPieces(vocabulary()), environment, environment.createSession(read(WEIGHTS), options));
        }
    }

    static Map<String, Integer> vocabulary() throws IOException {
        JsonNode pieces = WireJson.MAPPER.readTree(read(TOKENISER)).path("model").path("vocab");
        Map<String, Integer> numbers = HashMap.newHashMap(pieces.size());
        pieces.properties().forEach(piece -> numbers.put(piece.getKey(), piece.getValue().intValue()));
        return numbers;
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream stream = MiniLm.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new FileNotFoundException("not in the application: " + resource);
            }
            return stream.readAllBytes();
        }
    }

    @Override
    public Encoded encode(String text) {
        int[] pieces = words.of(text, WINDOW * MOST_WINDOWS);
        float[] sum = new float[DIMENSIONS];
        try {
            for (int from = 0; from == 0 || from < pieces.length; from += WINDOW) {
                add(Arrays.copyOfRange(pieces, from, Math.min(pieces.length, from + WINDOW)), sum);
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the model failed", e);
        }
        return new Encoded(unit(sum), pieces.length);
    }

    private void add(int[] pieces, float[] sum) throws OrtException {
        int length = pieces.length + 2;
        long[] ids = new long[length];
        ids[0] = WordPieces.START;
        for (int i = 0; i < pieces.length; i++) {
            ids[i + 1] = pieces[i];
        }
        ids[length - 1] = WordPieces.END;
        long[] ones = new long[length];
        Arrays.fill(ones, 1);
        try (OnnxTensor input = tensor(ids);
                OnnxTensor mask = tensor(ones);
                OnnxTensor types = tensor(new long[length]);
                OrtSession.Result result = session.run(
                        Map.of("input_ids", input, "attention_mask", mask, "token_type_ids", types))) {
            float[] window = mean(((OnnxTensor) result.get(0)).getFloatBuffer(), length);
            for (int i = 0; i < DIMENSIONS; i++) {
                sum[i] += window[i] * length;
            }
        }
    }

    private OnnxTensor tensor(long[] values) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), new long[] { 1, values.length });
    }

    private static float[] mean(FloatBuffer states, int length) {
        float[] mean = new float[DIMENSIONS];
        for (int i = 0; i < length * DIMENSIONS; i++) {
            mean[i % DIMENSIONS] += states.get(i);
        }
        return unit(mean);
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += value * value;
        }
        float length = (float) Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= length;
        }
        return vector;
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the model cannot be closed", e);
        }
    }
}

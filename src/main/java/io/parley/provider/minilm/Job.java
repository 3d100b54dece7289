package io.parley.provider.minilm;

import io.parley.provider.Embedded;
import io.parley.provider.Embeddings.Purpose;
import io.parley.provider.minilm.Encoder.Encoded;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;

/** Texts of one call, encoded one after the other by one thread. */
final class Job {
    private final List<String> texts;
    private final Purpose purpose;
    private final UniEmitter<? super Embedded> out;
    private final List<float[]> vectors = new ArrayList<>();
    private long tokens;

    Job(List<String> texts, Purpose purpose, UniEmitter<? super Embedded> out) {
        this.texts = texts;
        this.purpose = purpose;
        this.out = out;
    }

    Purpose purpose() {
        return purpose;
    }

    int size() {
        return texts.size();
    }

    /** Encodes the next text, if there is one, and says whether that was all. */
    boolean advance(Encoder encoder) {
        if (vectors.size() < texts.size()) {
            Encoded next = encoder.encode(texts.get(vectors.size()));
            vectors.add(next.vector());
            tokens += next.tokens();
        }
        return vectors.size() == texts.size();
    }

    void complete() {
        out.complete(new Embedded(vectors, tokens, null));
    }

    void fail(Throwable failure) {
        out.fail(failure);
    }
}

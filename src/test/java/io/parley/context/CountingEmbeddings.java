package io.parley.context;

import io.parley.conversation.Cost;
import io.parley.provider.Embedded;
import io.parley.provider.Embeddings;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Embeds a text as the two numbers before its first blank, and writes down what it is asked. */
final class CountingEmbeddings implements Embeddings {
    final List<String> asked = new CopyOnWriteArrayList<>();
    boolean ready = true;
    boolean local = true;
    @Nullable
    Cost cost;
    /** In place of an answer, for these texts. */
    Function<String, @Nullable Uni<Embedded>> instead = _ -> null;

    @Override
    public String space() {
        return "s";
    }

    @Override
    public boolean isLocal() {
        return local;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public Uni<Void> warmUp() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Embedded> embed(List<String> texts, Purpose purpose) {
        asked.addAll(texts);
        Uni<Embedded> other = instead.apply(texts.getFirst());
        return other != null ? other
                : Uni.createFrom().item(new Embedded(texts.stream().map(CountingEmbeddings::vector).toList(), 7, cost));
    }

    private static float[] vector(String text) {
        int number = text.chars().filter(Character::isDigit).findFirst().orElse('0') - '0';
        return new float[] { 10, number };
    }
}

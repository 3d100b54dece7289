package io.parley.context;

import io.parley.context.SummaryStore.Source;
import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.provider.ChatCall;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.parley.provider.ModelCalls;
import io.parley.provider.Prices;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes rolling summaries, after the turn: by the session's model over the prefix that its cache knows, or by a cheaper one
 * of the same provider over a transcript, whichever the catalogue prices lower. Another provider is asked only where the
 * policy names its model: nobody's conversation goes to somebody else to save money.
 */
@ApplicationScoped
public class Summaries {
    /** What a summary usually is long. */
    private static final long USUAL_OUTPUT = 400;
    /** A part of the window for the source; the rest is for instructions, output and what estimates get wrong. */
    private static final int WINDOW_SHARE = 2;
    private final ModelCatalogue catalogue;
    private final ModelCalls calls;
    private final TokenCounter counter;
    private final ContextConfig config;

    Summaries(ModelCatalogue catalogue, ModelCalls calls, TokenCounter counter, ContextConfig config) {
        this.catalogue = catalogue;
        this.calls = calls;
        this.counter = counter;
        this.config = config;
    }

    /**
     * Summarises.
     *
     * @param sent the context of the turn that has just ended
     * @param wanted what of it is to be covered
     * @param stored what it is made from, as it is stored now
     * @return a draft that is not usable where the call failed or brought nothing whole; never fails
     */
    public Uni<SummaryDraft> make(ChosenContext sent, SummaryWanted wanted, Source stored) {
        Option option = cheapest(sent, wanted, stored);
        Source source = option.source();
        if (source.messages().isEmpty()) {
            return Uni.createFrom().item(SummaryDraft.none(sent.scale().model(), wanted.through()));
        }
        int most = config.summaryTokens();
        ChatCall call = option.warm() ? SummaryCall.warm(sent, wanted.through(), most)
                : SummaryCall.cold(option.model(), source, readable(option.model()), most, sent.cache().key());
        long input = option.read(sent);
        return new SummaryReply().read(listener -> calls.stream(call, listener))
                .chain(reply -> counter.count(List.of(new Content.Text(reply.text())), sent.scale().model().encoding())
                        .map(tokens -> new SummaryDraft(reply.text(), tokens, option.model(),
                                reply.usage(input, reply.text().isEmpty() ? reply.said() : tokens.tokens()), first(source),
                                through(source), print(source))));
    }

    /** The cheapest way to cover all of it; where no model can read so much at once, the one that can read most. */
    private Option cheapest(ChosenContext sent, SummaryWanted wanted, Source stored) {
        List<Option> options = models(sent, wanted).stream().map(model -> option(model, sent, wanted, stored)).toList();
        return options.stream().filter(option -> option.covers(wanted) && option.price(sent) != null)
                .min(Comparator.comparing(option -> option.price(sent)))
                .orElseGet(() -> options.stream().filter(option -> option.covers(wanted)).findFirst()
                        .orElseGet(() -> options.stream().max(Comparator.comparing(it -> it.model().contextWindow()))
                                .orElseThrow()));
    }

    /** The one that the policy names, else the session's own and its sisters at the same provider. */
    private List<Model> models(ChosenContext sent, SummaryWanted wanted) {
        Model own = sent.scale().model();
        Optional<Model> named = Optional.ofNullable(wanted.model()).flatMap(catalogue::find);
        if (named.isPresent()) {
            return List.of(named.get());
        }
        List<Model> models = new ArrayList<>(List.of(own));
        catalogue.all().stream()
                .filter(other -> other.provider().equals(own.provider()) && catalogue.isConfigured(other))
                .filter(other -> !other.name().equals(own.name()))
                .forEach(models::add);
        return models;
    }

    private static Option option(Model model, ChosenContext sent, SummaryWanted wanted, Source stored) {
        Source source = bounded(stored, wanted.through(), readable(model));
        boolean warm = model.name().equals(sent.scale().model().name()) && model.cacheLifetime() != null
                && isPrefix(sent, source) && through(source).equals(wanted.through());
        return new Option(model, warm, source);
    }

    /** Tokens of a source that a model reads at once. */
    private static long readable(Model model) {
        return Math.max(1, model.contextWindow() / WINDOW_SHARE);
    }

    /** Whole exchanges, as many as can be read at once, one at least: the rest is for the next time. */
    private static Source bounded(Source source, MessageId wanted, long mostTokens) {
        List<Message> messages = source.messages();
        long tokens = 0;
        int end = 0;
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof Message.User && i > 0) {
                end = i;
                if (tokens > mostTokens) {
                    return source.with(messages.subList(0, end));
                }
            }
            tokens += messages.get(i).meta().tokens().tokens();
            if (tokens > mostTokens && end > 0) {
                return source.with(messages.subList(0, end));
            }
        }
        boolean whole = !messages.isEmpty() && messages.getLast().id().equals(wanted);
        return whole ? source : source.with(messages.subList(0, end));
    }

    /** Whether what is to be covered is just what was sent: then the cache knows it. Images would have to be fetched again. */
    private static boolean isPrefix(ChosenContext sent, Source source) {
        long before = source.before() == null ? 0 : source.before().through().sequence();
        long inUse = sent.summary() == null ? 0 : sent.summary().through().sequence();
        boolean images = sent.messages().stream().flatMap(message -> message.content().stream())
                .anyMatch(block -> block instanceof Content.Image || block instanceof Content.ToolResult result
                        && result.content().stream().anyMatch(Content.Image.class::isInstance));
        return !source.messages().isEmpty() && before == inUse && !images
                && sent.messages().getFirst().id().equals(source.messages().getFirst().id())
                && sent.messages().stream().anyMatch(message -> message.id().equals(through(source)));
    }

    private static MessageId first(Source source) {
        return source.before() == null ? source.messages().getFirst().id() : source.before().first();
    }

    private static MessageId through(Source source) {
        return source.messages().getLast().id();
    }

    /** Of the messages with their versions and the summary before them. */
    private static String print(Source source) {
        StringBuilder text = new StringBuilder(source.before() == null ? "" : source.before().source());
        for (Message message : source.messages()) {
            text.append(' ').append(message.id()).append('.').append(message.meta().version());
        }
        return Fingerprint.of(text.toString());
    }

    /** A way to make it. */
    private record Option(Model model, boolean warm, Source source) {

        boolean covers(SummaryWanted wanted) {
            return !source.messages().isEmpty() && through(source).equals(wanted.through());
        }

        /** Returns the approximate number of tokens that the model reads. */
        long read(ChosenContext sent) {
            return warm ? sent.sentTokens()
                    : source.messages().stream().mapToLong(message -> message.meta().tokens().tokens()).sum();
        }

        @Nullable
        Double price(ChosenContext sent) {
            Prices prices = model.prices();
            if (prices == null) {
                return null;
            }
            double input = (warm ? prices.cachedInput() : prices.input()).doubleValue() * read(sent);
            return input + prices.output().doubleValue() * USUAL_OUTPUT;
        }
    }
}

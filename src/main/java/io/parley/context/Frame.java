package io.parley.context;

import io.parley.context.Segment.Kind;
import io.parley.conversation.Content;
import io.parley.conversation.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;

/**
 * What is sent beside the history whatever the policy: tools, system prompt, facts.
 *
 * @param segments with their tokens as counted
 */
record Frame(List<Segment> segments) {
    Frame { segments = List.copyOf(segments); }

    /** The frame of a request. What was sent last time too is not counted again. */
    static Uni<Frame> of(ContextRequest request, TokenCounter counter) {
        List<Uni<Segment>> counted = new ArrayList<>();
        List<ToolDefinition> tools = request.generation().tools();
        if (tools != null && !tools.isEmpty()) {
            counted.add(segment(request, Kind.TOOLS, text(tools), counter));
        }
        String prompt = request.systemPrompt();
        if (prompt != null && !prompt.isBlank()) {
            counted.add(segment(request, Kind.SYSTEM, prompt, counter));
        }
        if (!request.facts().isEmpty()) {
            counted.add(segment(request, Kind.FACTS, Marked.facts(request.facts()), counter));
        }
        return counted.isEmpty() ? Uni.createFrom().item(new Frame(List.of()))
                : Uni.join().all(counted).andFailFast().map(Frame::new);
    }

    private static String text(List<ToolDefinition> tools) {
        StringBuilder text = new StringBuilder();
        tools.forEach(tool -> text.append(tool.name()).append('\n').append(tool.description()).append('\n')
                .append(tool.parameters().text()).append('\n'));
        return text.toString();
    }

    private static Uni<Segment> segment(ContextRequest request, Kind kind, String text, TokenCounter counter) {
        Segment uncounted = Segment.of(kind, text, 0);
        for (Segment before : request.state().sent().head()) {
            if (before.isSameAs(uncounted) && request.model().name().equals(request.state().model())) {
                return Uni.createFrom().item(before);
            }
        }
        return counter.count(List.of(new Content.Text(text)), request.model().encoding())
                .map(count -> new Segment(kind, uncounted.print(), count.tokens()));
    }

    long tokens(TokenScale scale) {
        return segments.stream().mapToLong(segment -> scale.tokens(segment.tokens())).sum();
    }
}

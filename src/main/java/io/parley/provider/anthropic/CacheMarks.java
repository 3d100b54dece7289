package io.parley.provider.anthropic;

import io.parley.conversation.BlankText;
import io.parley.conversation.Content;
import io.parley.provider.CacheHints;
import io.parley.provider.CacheHints.Mark;
import io.parley.provider.ChatCall;
import io.parley.provider.WireHistory;
import io.parley.provider.WireHistory.Placed;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The blocks that carry {@code cache_control}: Anthropic caches the prompt up to each of them.
 *
 * @param afterTools on the last tool, which ends the stable start where there is no system prompt
 * @param afterSystem on the system prompt
 * @param blocks these very blocks of the messages
 */
record CacheMarks(boolean afterTools, boolean afterSystem, Set<Placed> blocks) {
    /** More in one request are refused. */
    private static final int MOST = 4;

    /** The marks of a call, none where its model has no such cache. */
    static CacheMarks of(ChatCall call, WireHistory history) {
        CacheHints hints = call.cache();
        if (call.model().cacheLifetime() == null) {
            return new CacheMarks(false, false, Set.of());
        }
        boolean system = call.system() != null && !BlankText.isBlank(call.system());
        boolean tools = !call.tools().isEmpty();
        boolean start = hints.afterSystem() && (system || tools);
        return new CacheMarks(start && !system, start && system,
                blocks(hints.marks(), history, start ? MOST - 1 : MOST));
    }

    private static Set<Placed> blocks(List<Mark> marks, WireHistory history, int most) {
        // Blocks may be equal; only this one is marked.
        Set<Placed> blocks = Collections.newSetFromMap(new IdentityHashMap<>());
        if (marks.isEmpty()) {
            return blocks;
        }
        Set<Integer> wanted = marks.stream().map(Mark::message).collect(Collectors.toSet());
        Map<Integer, List<Placed>> byMessage = history.entries().stream()
                .flatMap(entry -> entry.blocks().stream())
                .filter(block -> wanted.contains(block.message()) && isMarkable(block.content()))
                .collect(Collectors.groupingBy(Placed::message));
        for (Mark mark : marks.reversed()) {
            Placed block = last(byMessage.getOrDefault(mark.message(), List.of()), mark.blocks());
            if (block != null && blocks.size() < most) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    /** Returns whether a block may carry a mark. Anthropic refuses a mark on thinking, and an opaque block stays unchanged. */
    private static boolean isMarkable(Content block) {
        return switch (block) {
            case Content.Thinking _,Content.Opaque _ -> false;
            case Content.Text _,Content.Refusal _,Content.Image _,Content.ToolCall _,Content.ToolResult _ -> true;
        };
    }

    private static @Nullable Placed last(List<Placed> written, int blocks) {
        return written.reversed().stream().filter(block -> block.position() < blocks).findFirst().orElse(null);
    }
}

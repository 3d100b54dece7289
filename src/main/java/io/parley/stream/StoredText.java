package io.parley.stream;

import io.smallrye.mutiny.Uni;

/** Puts a reply's text together from its stored log. Bounded by the longest reply that a turn may have. */
final class StoredText {
    private final EventPages pages;
    private final StringBuilder text = new StringBuilder();

    StoredText(EventPages pages) {
        this.pages = pages;
    }

    /** The text up to the last stored event. */
    Uni<String> read() {
        return from(0);
    }

    private Uni<String> from(long after) {
        return pages.page(after).chain(page -> {
            page.events().forEach(event -> add(event.event()));
            return page.more() && !page.events().isEmpty() ? from(page.events().getLast().id())
                    : Uni.createFrom().item(text.toString());
        });
    }

    private void add(TurnEvent event) {
        if (event instanceof TurnEvent.Delta delta) {
            text.append(delta.text());
        } else if (event instanceof TurnEvent.Reset reset) {
            text.setLength(0);
            text.append(reset.text());
        }
    }
}

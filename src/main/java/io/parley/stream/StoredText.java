package io.parley.stream;

import io.smallrye.mutiny.Uni;

/** Puts a reply's text together from its stored log. Bounded by the longest reply that a turn may have. */
final class StoredText {
    private final EventPages pages;
    private final ReplyText text = new ReplyText();
    private long lastId;

    StoredText(EventPages pages) {
        this.pages = pages;
    }

    /** The text up to the last stored event. */
    Uni<String> read() {
        return from(0);
    }

    private Uni<String> from(long after) {
        return pages.largePage(after).chain(page -> {
            page.events().forEach(this::add);
            return page.more() ? from(lastId) : Uni.createFrom().item(text.toString());
        });
    }

    /** The last event that is part of the text. */
    long lastId() {
        return lastId;
    }

    private void add(NumberedEvent numbered) {
        lastId = numbered.id();
        text.add(numbered.event());
    }
}

package io.parley.stream;

/** The text of a reply, put together from the events of its turn. Not for concurrent use. */
final class ReplyText {
    private final StringBuilder text = new StringBuilder();

    /** Takes the next event; an event without text changes nothing. */
    void add(TurnEvent event) {
        switch (event) {
            case TurnEvent.Delta(String piece) -> text.append(piece);
            case TurnEvent.Reset(String whole) -> {
                text.setLength(0);
                text.append(whole);
            }
            case TurnEvent.Opened _,TurnEvent.ContextChosen _,TurnEvent.Thinking _,TurnEvent.Block _,TurnEvent.Done _,TurnEvent.Failed _ ->
                {
                }
        }
    }

    /** The text so far. */
    @Override
    public String toString() {
        return text.toString();
    }
}

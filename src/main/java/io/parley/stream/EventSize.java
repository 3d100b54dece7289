package io.parley.stream;

import io.parley.conversation.Content;

/** Measures events. */
final class EventSize {
    /** The bytes that an event takes on the wire beside its text. */
    static final int FRAME_BYTES = 24;
    private static final int ADAPTATION_BYTES = 180;
    private static final int OTHER_BYTES = 256;

    private EventSize() {
    }

    /** Roughly how many bytes an event is on the wire. */
    static int of(TurnEvent event) {
        return FRAME_BYTES + switch (event) {
            case TurnEvent.Delta(String text) -> utf8Length(text);
            case TurnEvent.Thinking(String text) -> utf8Length(text);
            case TurnEvent.Reset(String text) -> utf8Length(text);
            case TurnEvent.Block(Content.ToolCall call) -> utf8Length(call.arguments().text());
            case TurnEvent.Block(Content.Opaque opaque) -> utf8Length(opaque.block().text());
            case TurnEvent.Block _ -> OTHER_BYTES;
            case TurnEvent.ContextChosen chosen -> OTHER_BYTES + ADAPTATION_BYTES * chosen.unseen().size();
            case TurnEvent.Opened _,TurnEvent.Done _,TurnEvent.Failed _ -> OTHER_BYTES;
        };
    }

    private static int utf8Length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Half of a pair counts as two: four bytes in all.
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }
}

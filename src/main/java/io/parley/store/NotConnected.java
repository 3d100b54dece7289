package io.parley.store;

/** A command was not sent, as no connection was made for it in time: another connection may take it if there is one. */
final class NotConnected extends IllegalStateException {
    private static final long serialVersionUID = 1;

    NotConnected() {
        super("no connection to Redis in time", null);
    }
}

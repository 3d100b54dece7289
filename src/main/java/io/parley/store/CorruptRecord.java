package io.parley.store;

/** A stored record cannot be understood. Its message never quotes the record. */
final class CorruptRecord extends RuntimeException {
    private static final long serialVersionUID = 1;

    CorruptRecord(String message) {
        super(message);
    }
}

package io.parley.conversation;

/** What happens to a running turn when the process that runs it dies. */
public enum OnCrash {
    INTERRUPT,
    RESTART
}

package io.parley.conversation;

/** What a new input does while another turn of its session runs. */
public enum IfRunning {
    REJECT,
    CANCEL,
    WAIT
}

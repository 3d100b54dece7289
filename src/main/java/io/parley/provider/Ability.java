package io.parley.provider;

/** What a model may or may not be able to do; in files and answers in lower case with dashes. */
public enum Ability {
    IMAGES,
    TOOLS,
    /** Takes a temperature. Newer reasoning models refuse one. */
    TEMPERATURE,
    STOP,
    REASONING
}

package io.parley.context;

import io.parley.conversation.Generation;
import io.parley.provider.Model;

/**
 * How much may be sent, in tokens of the model.
 *
 * @param window of input and output together, as far as known
 * @param output kept free for the reply
 * @param ceiling most of the whole input
 */
public record Room(long window, int output, long ceiling) {
    /** Without a limit of its own a reply gets at most this part of the window. */
    private static final int OUTPUT_SHARE = 4;

    /**
     * Under a model's window and whatever asks for less.
     *
     * @param window as the provider has it, which may be less than the catalogue says
     */
    static Room of(Model model, long window, Generation generation, long most) {
        int output = output(model, window, generation);
        return new Room(window, output, Math.max(0, Math.min(window - output, most)));
    }

    private static int output(Model model, long window, Generation generation) {
        Integer wanted = generation.maxOutputTokens();
        int most = (int) Math.max(1, Math.min(model.outputLimit(), window - 1));
        int usual = (int) Math.max(1, Math.min(most, window / OUTPUT_SHARE));
        // A window that proved smaller than the catalogue says leaves room for the input first.
        return wanted == null || (window < model.contextWindow() && wanted > usual) ? usual : Math.min(wanted, most);
    }
}

package io.parley.session;

import io.parley.conversation.Content;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Violation;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What settings mean for turns, said by those who run them. Port; {@code turn} implements it. */
public interface SettingsRules {

    /** Which rules the settings break: unknown models, unknown or wrong context policies. Empty if none. */
    List<Violation> violations(SessionSettings settings);

    /** What a turn on these settings will read. */
    ReadPlan plan(SessionSettings settings);

    /**
     * How long a content is. Long text is counted off the event loop.
     *
     * @param model catalogue name of the model that counts; null or unknown: the default model
     */
    Uni<TokenCount> count(@Nullable String model, List<Content> content);
}

package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Session;
import io.parley.conversation.TurnId;
import java.io.IOException;

/** Writes sessions. */
public final class SessionJson {
    private SessionJson() {
    }

    /** One session. */
    public static void write(JsonGenerator json, Session session) throws IOException {
        write(json, session, true);
    }

    /** Writes a session for a list: without system prompt, facts and tools. */
    public static void writeListed(JsonGenerator json, Session session) throws IOException {
        write(json, session, false);
    }

    /** Returns the approximate number of characters of a session. */
    public static long length(Session session) {
        return SettingsJson.length(session.settings());
    }

    private static void write(JsonGenerator json, Session session, boolean whole) throws IOException {
        TurnId running = session.runningTurn();
        json.writeStartObject();
        json.writeStringField("id", session.id().value());
        SettingsJson.writeFields(json, session.settings(), whole);
        Json.text(json, "runningTurn", running == null ? null : running.value());
        json.writeNumberField("messages", session.totals().messages());
        json.writeNumberField("tokens", session.totals().tokens());
        Json.time(json, "createdAt", session.createdAt());
        Json.time(json, "updatedAt", session.updatedAt());
        json.writeEndObject();
    }
}

package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.LastMessage;
import io.parley.conversation.ListedSession;
import io.parley.conversation.SearchHit;
import io.parley.conversation.Session;
import io.parley.conversation.TurnId;
import java.io.IOException;

/** Writes sessions. */
public final class SessionJson {
    private SessionJson() {
    }

    /** One session. */
    public static void write(JsonGenerator json, Session session) throws IOException {
        json.writeStartObject();
        writeFields(json, session, true);
        json.writeEndObject();
    }

    /** Writes a session for a list: with its last message, and without system prompt, facts and tools. */
    public static void writeListed(JsonGenerator json, ListedSession listed) throws IOException {
        json.writeStartObject();
        writeFields(json, listed.session(), false);
        LastMessage last = listed.lastMessage();
        json.writeFieldName("lastMessage");
        if (last == null) {
            json.writeNull();
        } else {
            writeLast(json, last);
        }
        SearchHit hit = listed.hit();
        if (hit != null) {
            json.writeObjectFieldStart("found");
            json.writeStringField("message", hit.message().value());
            json.writeStringField("text", hit.text());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeLast(JsonGenerator json, LastMessage last) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", last.id().value());
        Json.name(json, "role", last.role());
        json.writeStringField("text", last.text());
        Json.name(json, "status", last.status());
        Json.time(json, "createdAt", last.createdAt());
        json.writeEndObject();
    }

    /** Returns the approximate number of characters of a session. */
    public static long length(Session session) {
        return SettingsJson.length(session.settings());
    }

    private static void writeFields(JsonGenerator json, Session session, boolean whole) throws IOException {
        TurnId running = session.runningTurn();
        json.writeStringField("id", session.id().value());
        SettingsJson.writeFields(json, session.settings(), whole);
        Json.text(json, "runningTurn", running == null ? null : running.value());
        json.writeNumberField("messages", session.totals().messages());
        json.writeNumberField("tokens", session.totals().tokens());
        Json.time(json, "createdAt", session.createdAt());
        Json.time(json, "updatedAt", session.updatedAt());
    }
}

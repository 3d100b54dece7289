package io.parley.api.json;

import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;

/** The paths under which things are found; ids need no escaping. */
public final class Paths {
    /** The path of all sessions. */
    public static final String SESSIONS = "/api/v1/sessions";

    private Paths() {
    }

    /** Of a session. */
    public static String session(SessionId session) {
        return SESSIONS + "/" + session.value();
    }

    /** Of a message. */
    public static String message(SessionId session, MessageId message) {
        return session(session) + "/messages/" + message.value();
    }

    /** Of the messages of a session. */
    public static String messages(SessionId session) {
        return session(session) + "/messages";
    }

    /** Returns the path of the forks of a session. */
    public static String forks(SessionId session) {
        return session(session) + "/forks";
    }

    /** Returns the path of the turns of a session. */
    public static String turns(SessionId session) {
        return session(session) + "/turns";
    }

    /** Returns the path of the context of a session. */
    public static String context(SessionId session) {
        return session(session) + "/context";
    }

    /** Of an image. */
    public static String image(SessionId session, String sha256) {
        return session(session) + "/images/" + sha256;
    }

    /** Of a turn. */
    public static String turn(SessionId session, TurnId turn) {
        return turns(session) + "/" + turn.value();
    }

    /** Of the feed of a session. */
    public static String feed(SessionId session) {
        return session(session) + "/events";
    }

    /** Of the events of a turn. */
    public static String events(SessionId session, TurnId turn) {
        return turn(session, turn) + "/events";
    }
}

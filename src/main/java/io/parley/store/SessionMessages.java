package io.parley.store;

import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.SessionId;
import io.parley.session.ReadRoom;
import io.parley.session.SessionStore.Stored;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The messages of a session outside of turns. */
@ApplicationScoped
class SessionMessages {
    private static final int TRIES = 3;
    private final RedisGate gate;
    private final ListedSessions listed;
    private final OwnerIndex index;
    private final StoreLimits limits;
    private final InstantSource clock;

    SessionMessages(RedisGate gate, ListedSessions listed, OwnerIndex index, StoreLimits limits, InstantSource clock) {
        this.gate = gate;
        this.listed = listed;
        this.index = index;
        this.limits = limits;
        this.clock = clock;
    }

    Uni<Page<Message>> page(Owner owner, SessionId id, boolean superseded, PageRequest page, ReadRoom room) {
        List<String> arguments = List.of("=" + owner.name(), superseded ? "1" : "0",
                Long.toString(Cursors.message(page.before(), "before")), Long.toString(Cursors.message(page.after(), "after")),
                Integer.toString(page.limit()), Integer.toString(Page.MOST_BYTES));
        return LongReads.read(room, most -> gate.run(Script.MESSAGES, Keys.of(id), LongReads.arguments(arguments, most)))
                .chain(answer -> Decoding.of(answer, read -> page(id, page.after() != null, Answers.expect(read, "OK"))));
    }

    private static Page<Message> page(SessionId id, boolean upwards, Response answer) {
        Response items = answer.get(3);
        if (items.size() == 0) {
            return new Page<>(List.of(), null, null, 0);
        }
        List<Message> messages = Answers.messages(id, items);
        String nearest = new MessageId(Answers.number(items, 0)).value();
        String farthest = new MessageId(Answers.number(items, items.size() - 4)).value();
        String more = Answers.flag(answer, 1) ? farthest : null;
        String other = Answers.flag(answer, 2) ? nearest : null;
        long bytes = Answers.number(answer, 4);
        if (upwards) {
            return new Page<>(messages, other, more, bytes);
        }
        Collections.reverse(messages);
        return new Page<>(messages, more, other, bytes);
    }

    Uni<Message> find(Owner owner, SessionId id, MessageId message, ReadRoom room) {
        return stored(owner, id, message, room)
                .chain(answer -> Decoding.of(answer,
                        read -> decode(message, read)));
    }

    private Uni<Response> stored(Owner owner, SessionId id, MessageId message, ReadRoom room) {
        List<String> arguments = List.of("=" + owner.name(), Long.toString(message.sequence()));
        return LongReads.read(room, most -> gate.run(Script.MESSAGE, Keys.of(id), LongReads.arguments(arguments, most)))
                .map(answer -> Answers.expect(answer, "OK"));
    }

    Uni<ImageBytes> image(Owner owner, SessionId id, String sha256, ReadRoom room) {
        List<String> place = List.of(Keys.images(id), sha256);
        return listed.outline(owner, id)
                .chain(_ -> gate.send(Command.HSTRLEN, place))
                .chain(length -> room.takeIfLong(Answers.length(length)))
                .chain(() -> gate.send(Command.HGET, place))
                .map(value -> {
                    if (value == null) {
                        throw Refusals.noImage();
                    }
                    return Images.decode(sha256, value);
                });
    }

    Uni<Stored<List<Message>>> append(Owner owner, SessionId id, List<NewMessage> messages,
            @Nullable IdempotencyKey idempotency) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        List<String> values = messages.stream().map(message -> MessageCodec.encode(message, null, now)).toList();
        // Without a key of the client's the request still gets one, so that it can be repeated when its answer is lost.
        List<String> arguments = new ArrayList<>(List.of("=" + owner.name(), Long.toString(now.toEpochMilli()),
                idempotency == null ? "r:" + RequestNames.fresh() : idempotency.key(),
                idempotency == null ? "0" : idempotency.fingerprint(), Integer.toString(limits.maxMessages()),
                Long.toString(limits.maxBytes()), Integer.toString(values.size())));
        arguments.addAll(values);
        arguments.addAll(Images.arguments(messages));
        return gate.run(Script.APPEND, Keys.of(id), arguments)
                .chain(answer -> appended(owner, id, values, idempotency != null, answer));
    }

    private Uni<Stored<List<Message>>> appended(Owner owner, SessionId id, List<String> values, boolean keyed,
            Response answer) {
        if (Answers.is(answer, "KNOWN")) {
            return Uni.createFrom().item(new Stored<>(Answers.messages(id, answer.get(1)), keyed));
        }
        long first = Answers.number(Answers.expect(answer, "OK"), 1);
        List<Message> stored = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            long before = i == 0 ? Answers.number(answer, 3) : first + i - 1;
            stored.add(MessageCodec.decode(first + i, "1|" + before + "|" + values.get(i), false, before));
        }
        Uni<Void> indexed = Answers.flag(answer, 2) ? listed.outline(owner, id).chain(index::refresh)
                : Uni.createFrom().voidItem();
        return indexed.replaceWith(new Stored<>(stored, false));
    }

    Uni<Message> edit(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion, NewMessage replacement) {
        return edit(owner, id, message, expectedVersion, replacement, TRIES);
    }

    private Uni<Message> edit(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion,
            NewMessage replacement, int tries) {
        return stored(owner, id, message, ReadRoom.UNBOUNDED)
                .map(found -> edition(owner, message, expectedVersion, replacement, Answers.text(found, 1)))
                .chain(arguments -> gate.run(Script.EDIT, Keys.of(id), arguments))
                .chain(answer -> {
                    if (Answers.is(answer, "STALE") && expectedVersion == null) {
                        return tries > 1 ? edit(owner, id, message, null, replacement, tries - 1)
                                : Uni.createFrom().failure(Refusals.tooManyChanges());
                    }
                    Answers.expect(answer, "OK");
                    return Uni.createFrom().item(decode(message, answer));
                });
    }

    private List<String> edition(Owner owner, MessageId message, @Nullable Long expectedVersion, NewMessage replacement,
            String stored) {
        long version = MessageCodec.version(stored);
        if (expectedVersion != null && expectedVersion != version) {
            throw Refusals.stale();
        }
        Instant now = Instant.ofEpochMilli(clock.millis());
        List<String> arguments = new ArrayList<>(List.of("=" + owner.name(), Long.toString(message.sequence()),
                Long.toString(version), Long.toString(now.toEpochMilli()),
                MessageCodec.encodeEdited(stored, replacement, now), Long.toString(limits.maxBytes())));
        arguments.addAll(Images.arguments(List.of(replacement)));
        return arguments;
    }

    Uni<Message> choose(Owner owner, SessionId id, MessageId message, @Nullable Long expectedVersion) {
        List<String> arguments = List.of("=" + owner.name(), Long.toString(message.sequence()),
                expectedVersion == null ? "" : expectedVersion.toString(), Long.toString(clock.millis()));
        return gate.run(Script.CHOOSE, Keys.of(id), arguments)
                .map(answer -> decode(message, Answers.expect(answer, "OK")));
    }

    /** The message from an answer with its value, whether it is superseded, and the number of the message before it. */
    private static Message decode(MessageId message, Response answer) {
        return MessageCodec.decode(message.sequence(), Answers.text(answer, 1), Answers.flag(answer, 2),
                Answers.number(answer, 3));
    }

    Uni<List<MessageId>> toolMessagesAfter(Owner owner, SessionId id, MessageId message, int most) {
        List<String> arguments = List.of("=" + owner.name(), Long.toString(message.sequence()), Integer.toString(most));
        return gate.run(Script.RESULTS, Keys.of(id), arguments).map(answer -> {
            Response numbers = Answers.expect(answer, "OK").get(1);
            return IntStream.range(0, numbers.size()).mapToObj(i -> new MessageId(Answers.number(numbers, i))).toList();
        });
    }

    Uni<Void> remove(Owner owner, SessionId id, List<MessageId> messages, @Nullable Long expectedVersion) {
        if (messages.isEmpty()) {
            return listed.outline(owner, id).replaceWithVoid();
        }
        List<String> arguments = new ArrayList<>(List.of("=" + owner.name(),
                expectedVersion == null ? "" : expectedVersion.toString(), Long.toString(clock.millis()),
                RequestNames.fresh()));
        messages.forEach(message -> arguments.add(Long.toString(message.sequence())));
        return gate.run(Script.REMOVE, Keys.of(id), arguments)
                .invoke(answer -> Answers.expect(answer, "OK"))
                .replaceWithVoid();
    }
}

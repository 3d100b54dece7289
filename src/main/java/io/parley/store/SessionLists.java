package io.parley.store;

import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists an owner's sessions, newest first, with a bound on the work of one request. */
@ApplicationScoped
class SessionLists {
    /** Sessions that one search looks at, before it says what it has found and where to go on. */
    private static final int MOST_SESSIONS = 200;
    /** Messages that one search looks at, likewise; the session under way is searched to its end. */
    private static final int MOST_MESSAGES = 20_000;
    private static final int BATCH = 50;
    /** An entry is written before its session: a young one may still be waiting for it. */
    private static final Duration UNTIL_STALE = Duration.ofMinutes(1);
    private final SessionRecords records;
    private final OwnerIndex index;
    private final SessionSearch search;
    private final InstantSource clock;

    SessionLists(SessionRecords records, OwnerIndex index, SessionSearch search, InstantSource clock) {
        this.records = records;
        this.index = index;
        this.search = search;
        this.clock = clock;
    }

    Uni<Page<Session>> list(Owner owner, @Nullable String query, PageRequest page) {
        Listing listing = new Listing(owner, query == null || query.isBlank() ? null : new SessionSearch.Query(query), page);
        return goOn(listing).chain(() -> finish(listing));
    }

    private Uni<Void> goOn(Listing listing) {
        if (listing.isEnough()) {
            return Uni.createFrom().voidItem();
        }
        int count = listing.query == null ? Math.min(listing.limit + 1, 101) : BATCH;
        return index.beyond(listing.owner, listing.newer, listing.place, count).chain(places -> {
            if (places.isEmpty()) {
                listing.ended = true;
                return Uni.createFrom().voidItem();
            }
            return load(listing, places).chain(found -> take(listing, places, found, 0)).chain(() -> goOn(listing));
        });
    }

    /** The sessions at these places, null where there is none any more; such entries are dropped. */
    private Uni<List<@Nullable Session>> load(Listing listing, List<Cursors.Place> places) {
        List<Uni<List<Session>>> lookups = places.stream()
                .map(place -> records.findIfThere(listing.owner, new SessionId(place.id()))
                        .map(session -> session == null ? List.<Session> of() : List.of(session)))
                .toList();
        return Uni.join().all(lookups).andFailFast().chain(found -> {
            List<@Nullable Session> sessions = new ArrayList<>();
            List<String> stale = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                sessions.add(found.get(i).isEmpty() ? null : found.get(i).getFirst());
                if (found.get(i).isEmpty() && isOld(places.get(i))) {
                    stale.add(places.get(i).id());
                }
            }
            return index.remove(listing.owner, stale).replaceWith(sessions);
        });
    }

    private boolean isOld(Cursors.Place place) {
        return place.created() < clock.millis() - UNTIL_STALE.toMillis();
    }

    private Uni<Void> take(Listing listing, List<Cursors.Place> places, List<@Nullable Session> sessions, int i) {
        if (i >= places.size() || listing.isEnough()) {
            return Uni.createFrom().voidItem();
        }
        Session session = sessions.get(i);
        Cursors.Place place = places.get(i);
        if (session == null || listing.query == null) {
            listing.looked(place, session, session != null, 0);
            return take(listing, places, sessions, i + 1);
        }
        return search.matches(session, listing.query).chain(found -> {
            listing.looked(place, session, found.matches(), found.messages());
            return take(listing, places, sessions, i + 1);
        });
    }

    private Uni<Page<Session>> finish(Listing listing) {
        if (listing.taken.isEmpty()) {
            String further = listing.ended ? null : listing.cursor();
            return Uni.createFrom().item(new Page<>(List.of(), listing.newer ? further : null, listing.newer ? null : further));
        }
        boolean more = listing.taken.size() > listing.limit;
        List<Session> sessions = new ArrayList<>(more ? listing.taken.subList(0, listing.limit) : listing.taken);
        String further = more ? place(sessions.getLast()).cursor() : listing.ended ? null : listing.cursor();
        Cursors.Place first = place(sessions.getFirst());
        return index.beyond(listing.owner, !listing.newer, first, 1).map(others -> {
            String back = others.isEmpty() ? null : first.cursor();
            if (listing.newer) {
                Collections.reverse(sessions);
            }
            return new Page<>(sessions, listing.newer ? further : back, listing.newer ? back : further);
        });
    }

    private static Cursors.Place place(Session session) {
        return new Cursors.Place(session.createdAt().toEpochMilli(), session.id().value());
    }

    /** How far a list has come. */
    private static final class Listing {
        private final Owner owner;
        private final SessionSearch.@Nullable Query query;
        private final boolean newer;
        private final int limit;
        private final List<Session> taken = new ArrayList<>();
        private Cursors.@Nullable Place place;
        private boolean ended;
        private int sessions;
        private long messages;

        Listing(Owner owner, SessionSearch.@Nullable Query query, PageRequest page) {
            this.owner = owner;
            this.query = query;
            this.newer = page.before() != null;
            this.limit = page.limit();
            this.place = Cursors.session(page);
        }

        /** One more than asked for tells that there is more. */
        boolean isEnough() {
            return ended || taken.size() > limit
                    || (query != null && (sessions >= MOST_SESSIONS || messages >= MOST_MESSAGES));
        }

        void looked(Cursors.Place at, @Nullable Session session, boolean matches, long lookedAt) {
            place = at;
            sessions++;
            messages += lookedAt;
            if (session != null && matches) {
                taken.add(session);
            }
        }

        @Nullable
        String cursor() {
            return place == null ? null : place.cursor();
        }
    }
}

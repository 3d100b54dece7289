package io.parley.store;

import io.parley.conversation.FoundSession;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.store.ListedSessions.Listed;
import io.smallrye.mutiny.Multi;
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
    /** The most bytes of messages that one search looks at. */
    private static final long MOST_BYTES = 64L * 1024 * 1024;
    /**
     * The number of sessions that are read at a time: a page of the default length, and one more to see whether the list goes
     * on.
     */
    private static final int BATCH = 51;
    /** An entry is written before its session: a young one may still be waiting for it. */
    private static final Duration UNTIL_STALE = Duration.ofMinutes(1);
    private final ListedSessions listed;
    private final OwnerIndex index;
    private final SessionSearch search;
    private final InstantSource clock;

    SessionLists(ListedSessions listed, OwnerIndex index, SessionSearch search, InstantSource clock) {
        this.listed = listed;
        this.index = index;
        this.search = search;
        this.clock = clock;
    }

    Uni<Page<Session>> list(Owner owner, PageRequest page) {
        return read(new Listing(owner, null, page)).map(all -> new Page<>(
                all.items().stream().map(FoundSession::session).toList(), all.before(), all.after(), all.bytes()));
    }

    Uni<Page<FoundSession>> search(Owner owner, String query, PageRequest page) {
        return read(new Listing(owner, query.isBlank() ? null : new SessionSearch.Query(query), page));
    }

    private Uni<Page<FoundSession>> read(Listing listing) {
        return goOn(listing).chain(() -> finish(listing));
    }

    private Uni<Void> goOn(Listing listing) {
        if (listing.isEnough()) {
            return Uni.createFrom().voidItem();
        }
        int missing = listing.limit + 1 - listing.taken.size();
        int count = listing.query == null ? Math.min(missing, BATCH) : BATCH;
        return index.beyond(listing.owner, listing.newer, listing.place, count).chain(places -> {
            if (places.isEmpty()) {
                listing.ended = true;
                return Uni.createFrom().voidItem();
            }
            return load(listing, places).chain(found -> take(listing, places, found, 0)).chain(() -> goOn(listing));
        });
    }

    /** Reads the sessions at these places, and drops the entries of sessions that no longer exist. */
    private Uni<List<Listed>> load(Listing listing, List<Cursors.Place> places) {
        List<Uni<Listed>> lookups = places.stream()
                .map(place -> listed.find(listing.owner, new SessionId(place.id()))).toList();
        return Uni.join().all(lookups).andFailFast().chain(found -> restored(listing.owner, places, found)).chain(found -> {
            List<String> stale = new ArrayList<>();
            for (int i = 0; i < found.size(); i++) {
                if (found.get(i).session() == null && isOld(places.get(i))) {
                    stale.add(places.get(i).id());
                }
            }
            return index.remove(listing.owner, stale).replaceWith(found);
        });
    }

    /** Reads them one after the other, because each may have long settings. */
    private Uni<List<Listed>> restored(Owner owner, List<Cursors.Place> places, List<Listed> found) {
        if (found.stream().allMatch(Listed::current)) {
            return Uni.createFrom().item(found);
        }
        return Multi.createFrom().range(0, found.size())
                .onItem().transformToUniAndConcatenate(i -> found.get(i).current() ? Uni.createFrom().item(found.get(i))
                        : listed.restore(owner, new SessionId(places.get(i).id())))
                .collect().asList();
    }

    private boolean isOld(Cursors.Place place) {
        return place.created() < clock.millis() - UNTIL_STALE.toMillis();
    }

    private Uni<Void> take(Listing listing, List<Cursors.Place> places, List<Listed> sessions, int i) {
        if (i >= places.size() || listing.isEnough()) {
            return Uni.createFrom().voidItem();
        }
        Listed found = sessions.get(i);
        Session session = found.session();
        Cursors.Place place = places.get(i);
        if (session == null || listing.query == null) {
            listing.looked(place, found, new SessionSearch.Found(session != null, 0, 0, null));
            return take(listing, places, sessions, i + 1);
        }
        return search.matches(session, listing.query).chain(searched -> {
            listing.looked(place, found, searched);
            return take(listing, places, sessions, i + 1);
        });
    }

    private Uni<Page<FoundSession>> finish(Listing listing) {
        if (listing.taken.isEmpty()) {
            String further = listing.ended ? null : listing.cursor();
            return Uni.createFrom().item(new Page<>(List.of(), listing.newer ? further : null, listing.newer ? null : further,
                    0));
        }
        boolean more = listing.taken.size() > listing.limit;
        List<FoundSession> sessions = new ArrayList<>(more ? listing.taken.subList(0, listing.limit) : listing.taken);
        String further = more ? place(sessions.getLast()).cursor() : listing.ended ? null : listing.cursor();
        Cursors.Place first = place(sessions.getFirst());
        return index.beyond(listing.owner, !listing.newer, first, 1).map(others -> {
            String back = others.isEmpty() ? null : first.cursor();
            if (listing.newer) {
                Collections.reverse(sessions);
            }
            return new Page<>(sessions, listing.newer ? further : back, listing.newer ? back : further, listing.bytes);
        });
    }

    private static Cursors.Place place(FoundSession found) {
        Session session = found.session();
        return new Cursors.Place(session.createdAt().toEpochMilli(), session.id().value());
    }

    /** How far a list has come. */
    private static final class Listing {
        private final Owner owner;
        private final SessionSearch.@Nullable Query query;
        private final boolean newer;
        private final int limit;
        private final List<FoundSession> taken = new ArrayList<>();
        private Cursors.@Nullable Place place;
        private boolean ended;
        private boolean full;
        private long bytes;
        private int sessions;
        private long messages;
        private long searchedBytes;

        Listing(Owner owner, SessionSearch.@Nullable Query query, PageRequest page) {
            this.owner = owner;
            this.query = query;
            this.newer = page.before() != null;
            this.limit = page.limit();
            this.place = Cursors.session(page);
        }

        /** One more than asked for tells that there is more. */
        boolean isEnough() {
            return ended || full || taken.size() > limit
                    || (query != null
                            && (sessions >= MOST_SESSIONS || messages >= MOST_MESSAGES || searchedBytes >= MOST_BYTES));
        }

        void looked(Cursors.Place at, Listed found, SessionSearch.Found searched) {
            Session session = found.session();
            boolean isTaken = session != null && searched.matches();
            if (isTaken && !taken.isEmpty() && bytes + found.bytes() > Page.MOST_BYTES) {
                full = true;
                return;
            }
            place = at;
            sessions++;
            messages += searched.messages();
            searchedBytes += searched.bytes();
            if (session != null && isTaken) {
                taken.add(new FoundSession(session, searched.hit()));
                bytes += found.bytes();
            }
        }

        @Nullable
        String cursor() {
            return place == null ? null : place.cursor();
        }
    }
}

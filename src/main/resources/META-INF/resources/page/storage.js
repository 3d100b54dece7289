/** What this browser keeps by itself: how the page looks, what is being written, and what was sent but not acknowledged. */

const DAY = 86_400_000;
const OUTBOX = "parley.outbox.";
const DRAFT = "parley.draft.";
const PLACES = "parley.places";
const MOST_PLACES = 50;

function attempt(action) {
  try {
    return action();
  } catch {
    // Forbidden or full: the page works without, it only remembers less.
    return null;
  }
}

/** A setting of the page, null where there is none. */
export function recall(name) {
  return attempt(() => localStorage.getItem(`parley.${name}`));
}

/** Keeps a setting of the page; an empty one is forgotten. */
export function keep(name, value) {
  attempt(() => (value ? localStorage.setItem(`parley.${name}`, value) : localStorage.removeItem(`parley.${name}`)));
}

/** What is being written in a conversation of this tab. */
export const drafts = {
  get: (session) => attempt(() => sessionStorage.getItem(DRAFT + (session ?? ""))) ?? "",
  set: (session, text) => attempt(() => (text
    ? sessionStorage.setItem(DRAFT + (session ?? ""), text)
    : sessionStorage.removeItem(DRAFT + (session ?? "")))),
};

/** Where one reads in the conversations of this tab, so that a reload or a look at another one does not lose the place. */
export const places = {
  /** A place, null at the end, undefined where there is none. */
  get: (session) => attempt(() => JSON.parse(sessionStorage.getItem(PLACES)))?.find((kept) => kept[0] === session)?.[1],
  set: (session, place) => attempt(() => {
    const others = (JSON.parse(sessionStorage.getItem(PLACES)) ?? []).filter((kept) => kept[0] !== session);
    sessionStorage.setItem(PLACES, JSON.stringify([[session, place], ...others].slice(0, MOST_PLACES)));
  }),
};

/**
 * Inputs that the service has not acknowledged, with the key under which they can be sent again: a page that is closed in this
 * moment says them when it is opened again, once. The service remembers a key for a day.
 */
export const outbox = {
  put: (session, key, body) => attempt(() => localStorage.setItem(OUTBOX + session, JSON.stringify({ key, body, at: Date.now() }))),
  get: (session) => attempt(() => {
    const kept = JSON.parse(localStorage.getItem(OUTBOX + session));
    return kept && Date.now() - kept.at < DAY - 60_000 ? kept : null;
  }),
  remove: (session) => attempt(() => localStorage.removeItem(OUTBOX + session)),
};

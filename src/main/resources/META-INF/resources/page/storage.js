/**
 * What this browser keeps by itself: how the page looks, what is being written, and what was sent but not acknowledged. All of it
 * belongs to the owner that wrote it and is removed as soon as another owner uses the browser.
 */
import { joined } from "./format.js";

const DAY = 86_400_000;
const PREFIX = "parley.";
const OUTBOX = "parley.outbox.";
const DRAFT = "parley.draft.";
const HELD = "parley.held.";
const PLACES = "parley.places";
const MOST_PLACES = 50;
/** In each storage the tag of the owner to whom all else belongs. */
const OWNER = "parley.owner";
const STORES = [() => localStorage, () => sessionStorage];

/** The tag of the owner of this page, null until it is known. */
let owner = null;
/** Settings that were changed before the owner was known. */
const early = new Map();
/** Whether another owner has come: code of the page that still runs keeps and reads nothing more. */
let closed = false;

function attempt(action) {
  try {
    return action();
  } catch {
    // Forbidden, full or another owner's: the page works without, it only remembers less.
    return null;
  }
}

/** A storage, as long as it is this owner's. @param {Storage} store */
function mine(store) {
  const marked = store.getItem(OWNER);
  if (closed || owner === null || (marked !== null && marked !== owner)) {
    throw new Error("The storage belongs to another owner.");
  }
  if (marked === null) {
    // The browser or its user has emptied it.
    store.setItem(OWNER, owner);
  }
  return store;
}

/** Where the page's settings are. They may be read before the owner is known, because they say nothing about a person. */
function settings() {
  if (closed) {
    throw new Error("The storage belongs to another owner.");
  }
  return owner === null ? localStorage : mine(localStorage);
}

/**
 * Says whose page this is. What another owner has left in this browser is removed, and this page then keeps nothing more.
 * @param {string} tag
 * @returns {boolean} Whether nothing here was of another owner; otherwise the page must be loaded again.
 */
export function belongTo(tag) {
  const foreign = STORES.map((store) => attempt(() => clear(store(), tag))).includes(true);
  closed ||= foreign || (owner !== null && owner !== tag);
  owner = tag;
  early.forEach((value, name) => keep(name, value));
  early.clear();
  outbox.removeExpired();
  return !closed;
}

/** The tag of another owner whom another page of this browser has found since; null where there is none. */
export function successor() {
  const marked = attempt(() => localStorage.getItem(OWNER));
  return owner !== null && marked !== owner ? marked : null;
}

function clear(store, tag) {
  const marked = store.getItem(OWNER);
  if (marked === tag) {
    return false;
  }
  const names = Object.keys(store).filter((name) => name.startsWith(PREFIX));
  // First, because pages of the owner before may be writing; a full storage takes it only afterwards.
  attempt(() => store.setItem(OWNER, tag));
  names.filter((name) => name !== OWNER).forEach((name) => store.removeItem(name));
  store.setItem(OWNER, tag);
  return names.length > 0;
}

/** A setting of the page, null where there is none. */
export function recall(name) {
  return early.get(name) ?? attempt(() => settings().getItem(PREFIX + name));
}

/** Keeps a setting of the page, from the moment on when its owner is known; an empty one is forgotten. */
export function keep(name, value) {
  if (owner === null) {
    // If it were stored now, the page would take it for the setting of another owner.
    early.set(name, value);
    return;
  }
  attempt(() => (value ? settings().setItem(PREFIX + name, value) : settings().removeItem(PREFIX + name)));
}

/** How many texts this page has held so far, for their names. */
let holds = 0;

/** What is being written in a conversation of this tab; nothing until the owner is known. */
export const drafts = {
  get: (session) => attempt(() => mine(sessionStorage).getItem(DRAFT + (session ?? ""))) ?? "",
  set: (session, text) => attempt(() => (text
    ? mine(sessionStorage).setItem(DRAFT + (session ?? ""), text)
    : mine(sessionStorage).removeItem(DRAFT + (session ?? "")))),
  /** Keeps a text that is on its way, until it is released. @returns {{release: () => void}} */
  hold: (session, text) => {
    const name = HELD + ++holds;
    attempt(() => text && mine(sessionStorage).setItem(name, JSON.stringify([session, text])));
    return { release: () => attempt(() => mine(sessionStorage).removeItem(name)) };
  },
  /** Makes drafts of what an earlier page of this tab has held to its end. */
  recover: () => attempt(() => {
    const store = mine(sessionStorage);
    for (const name of Object.keys(store).filter((each) => each.startsWith(HELD)).sort().reverse()) {
      const [session, text] = JSON.parse(store.getItem(name));
      drafts.set(session, joined(text, drafts.get(session)));
      store.removeItem(name);
    }
  }),
};

/**
 * Where one reads in the conversations of this tab, so that a reload or a look at another one does not lose the place. A place may be
 * read before the owner is known, because it says nothing but the number of a message and its distance from the upper edge.
 */
export const places = {
  /** A place, null at the end, undefined where there is none. */
  get: (session) => attempt(() => JSON.parse((owner === null ? sessionStorage : mine(sessionStorage)).getItem(PLACES)))
    ?.find((kept) => kept[0] === session)?.[1],
  set: (session, place) => attempt(() => {
    mine(sessionStorage).setItem(PLACES, JSON.stringify([[session, place], ...places.others(session)].slice(0, MOST_PLACES)));
  }),
  remove: (session) => attempt(() => mine(sessionStorage).setItem(PLACES, JSON.stringify(places.others(session)))),
  others: (session) => (JSON.parse(mine(sessionStorage).getItem(PLACES)) ?? []).filter((kept) => kept[0] !== session),
};

/**
 * Inputs that the service has not acknowledged, with the key under which they can be sent again: a page that is closed in this
 * moment says them when it is opened again, once. The service remembers a key for a day.
 */
export const outbox = {
  put: (session, key, body) => attempt(() => mine(localStorage).setItem(OUTBOX + session, JSON.stringify({ key, body, at: Date.now() }))),
  get: (session) => attempt(() => {
    const kept = JSON.parse(mine(localStorage).getItem(OUTBOX + session));
    return kept && !expired(kept) ? kept : null;
  }),
  /** Forgets the input of this key. */
  remove: (session, key) => attempt(() => JSON.parse(mine(localStorage).getItem(OUTBOX + session))?.key === key
    && mine(localStorage).removeItem(OUTBOX + session)),
  /** Removes what can no longer be sent under its key. */
  removeExpired: () => attempt(() => Object.keys(mine(localStorage)).filter((name) => name.startsWith(OUTBOX)
    && (attempt(() => expired(JSON.parse(localStorage.getItem(name)))) ?? true)).forEach((name) => localStorage.removeItem(name))),
};

function expired({ at }) {
  return !(Date.now() - at < DAY - 60_000);
}

/** Removes all that is kept of a conversation that is gone. */
export function forget(session) {
  drafts.set(session, "");
  places.remove(session);
  attempt(() => mine(localStorage).removeItem(OUTBOX + session));
}

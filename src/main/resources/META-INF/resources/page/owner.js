/** Whose page this is: when another owner signs in on this browser, the page lets go of all that it shows and begins anew. */
import { h } from "./dom.js";
import { belongTo, successor } from "./storage.js";

const LONGEST_ANSWER_MILLIS = 5_000;

let known = false;
let leaving = false;

/** Takes note of the owner whom an answer names. @param {string} tag @returns {boolean} Whether the page may go on. */
export function guard(tag) {
  if (belongTo(tag)) {
    known = true;
    return true;
  }
  if (!leaving) {
    leaving = true;
    leave();
  }
  return false;
}

function leave() {
  // The page stays empty until the next one is there, also where that does not load.
  document.body.replaceChildren();
  document.title = "Parley";
  if (known) {
    // The address is that of a conversation of the owner before.
    history.replaceState(null, "", location.pathname);
  }
  location.reload();
}

/**
 * Looks for another owner whenever one may have come.
 * @param {() => Promise<any>} refresh Reads anew what may have changed; each answer of the service names the owner.
 * @param {() => Promise<any>} ask Asks the service for anything else.
 */
export function watchOwner(refresh, ask) {
  let asking = null;
  const look = () => {
    const other = successor();
    if (other !== null) {
      guard(other);
      return;
    }
    asking ??= refresh().catch(() => null).finally(() => (asking = null));
  };
  addEventListener("storage", () => successor() !== null && look());
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  hideUntilKnown(ask);
}

/** A page that comes back from the browser's memory shows nothing before the service has named the owner, however long that takes. */
function hideUntilKnown(ask) {
  const note = h("p", { id: "unknown-owner", role: "status" });
  const hide = (hidden) => {
    document.body.classList.toggle("unknown-owner", hidden);
    hidden ? document.body.append(note) : note.remove();
    note.textContent = "";
  };
  addEventListener("pagehide", ({ persisted }) => persisted && hide(true));
  addEventListener("pageshow", async ({ persisted }) => {
    if (!persisted) {
      return;
    }
    while (!await Promise.race([ask().then(() => true, () => pause(false)), pause(false)])) {
      note.textContent = "The server does not answer. The page is shown again as soon as it does.";
    }
    if (!leaving) {
      hide(false);
    }
  });
}

/** A value after the longest time for which one waits for an answer, and after which one asks again. */
function pause(value) {
  return new Promise((resolve) => setTimeout(() => resolve(value), LONGEST_ANSWER_MILLIS));
}

/** Whose page this is: when another owner signs in on this browser, the page lets go of all that it shows and begins anew. */
import { belongTo, successor } from "./storage.js";

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
 * @param {() => Promise<any>} ask Asks the service for anything; its answer names the owner.
 */
export function watchOwner(ask) {
  let asking = null;
  const look = () => {
    const other = successor();
    if (other !== null) {
      guard(other);
      return;
    }
    asking ??= ask().catch(() => null).finally(() => (asking = null));
  };
  addEventListener("storage", () => successor() !== null && look());
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  // A page that comes back from the browser's memory shows nothing before its owner is known.
  addEventListener("pagehide", ({ persisted }) => (document.body.hidden = persisted));
  addEventListener("pageshow", ({ persisted }) => persisted && void ask().catch(() => null).then(() => (document.body.hidden = false)));
}

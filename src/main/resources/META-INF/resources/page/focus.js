/** The keyboard's place on the page: where the element that has the focus goes away, an element near it gets the focus. */
import { isTouch } from "./keys.js";

const TABBABLE = "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex='-1'])";
const FIELD = "input:not([type=checkbox], [type=radio]), textarea";
/** Elements that take the focus themselves, rather than a button in them. */
const PLACES = "li.message, [tabindex]";
/** The element that had the focus last, and those around it. */
let held = [];

/** Whether an element can have the focus. */
export function isThere(element) {
  return element.isConnected && !element.disabled && element.checkVisibility({ visibilityProperty: true }) && element.closest("[inert]") === null;
}

/** Whether a reader is writing: the focus is in a field that has a text. */
export function isWriting() {
  const { activeElement } = document;
  return activeElement !== null && activeElement.matches(FIELD) && activeElement.value !== "";
}

/** Gives the focus to an element, also to one that no key reaches. */
export function land(element) {
  if (!element.matches(TABBABLE) && !element.hasAttribute("tabindex")) {
    element.tabIndex = -1;
    element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
  }
  element.focus({ preventScroll: true });
}

/**
 * Remembers which item of a list has the focus and on what.
 * @param {HTMLElement} list
 * @returns {() => void} To be called once the list is drawn anew: puts the focus back, or as near as possible.
 */
export function holdFocus(list) {
  const focused = document.activeElement;
  const at = [...list.children].findIndex((item) => item.contains(focused));
  if (at < 0) {
    return () => undefined;
  }
  const item = list.children[at];
  const alike = (root) => [...root.querySelectorAll(focused.localName)].filter((each) => each.className === focused.className);
  const place = alike(item).indexOf(focused);
  return () => {
    if (document.activeElement !== document.body && isThere(document.activeElement)) {
      return;
    }
    const now = item.isConnected ? item : list.children[Math.min(at, list.children.length - 1)];
    const same = now && alike(now)[place];
    if (now) {
      land(same && isThere(same) ? same : now);
    }
  };
}

/** Never leaves the focus to the body: watches for changes that take its element away. */
export function keepFocus() {
  addEventListener("focusin", ({ target }) => (held = pathOf(target)), true);
  addEventListener("focusout", ({ target, relatedTarget }) => relatedTarget === null && setTimeout(() => forget(target)), true);
  addEventListener("resize", () => restore());
  new MutationObserver((changes) => {
    const focused = document.activeElement;
    if (focused === document.body || changes.some(({ type, target }) => type === "attributes" && target.contains(focused))) {
      restore();
    }
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["hidden", "disabled", "inert", "class", "open"] });
}

function pathOf(element) {
  const path = [];
  for (let each = element; each !== null && each !== document.body && each !== document.documentElement; each = each.parentElement) {
    path.push(each);
  }
  return path;
}

/** A press beside everything takes the focus away on purpose, and nothing gives it back. */
function forget(element) {
  if (document.activeElement === document.body && held[0] === element && isThere(element)) {
    held = [];
  }
}

function restore() {
  const focused = document.activeElement;
  if (held.length === 0 || (focused !== document.body && isThere(focused)) || isThere(held[0])) {
    return;
  }
  const near = held.slice(1).filter(isThere).map(placeIn).find(Boolean) ?? placeIn(document.body);
  if (near) {
    land(near);
  }
}

function placeIn(element) {
  const wanted = (each) => each !== null && isThere(each) && !(isTouch() && each.matches(FIELD));
  if (element.matches(PLACES)) {
    return element;
  }
  if (element === document.body) {
    return [document.getElementById("text"), document.getElementById("scroll"), ...document.querySelectorAll(TABBABLE)].find(wanted);
  }
  return [...element.querySelectorAll(TABBABLE)].find(wanted);
}

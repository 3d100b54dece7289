/** What a key means: one that belongs to an input method is not the page's, and Enter differs by device. */

/** Some browsers end a conversion before they report the key that ended it. A key that follows so soon is that key. */
const SAME_KEY_MILLIS = 100;
const touch = matchMedia("(pointer: coarse)");
let ended = -Infinity;

/** Whether the keyboard is one on the screen: it has no Shift+Enter, and a text field that gets the focus opens it. */
export function isTouch() {
  return touch.matches;
}

/** Whether this key sends what is in a field of several lines. */
export function sends(event) {
  return event.key === "Enter" && (touch.matches ? event.ctrlKey || event.metaKey : !event.shiftKey);
}

/** Keeps each key that an input method uses from every listener of the page. Call this before any other listener is added. */
export function guardConversions() {
  addEventListener("compositionend", (event) => (ended = event.timeStamp), true);
  addEventListener("keyup", () => (ended = -Infinity), true);
  addEventListener("keydown", (event) => {
    if (isConverting(event)) {
      event.stopImmediatePropagation();
      // In a field of one line, Enter would submit the form.
      if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
        event.preventDefault();
      }
    }
  }, true);
}

function isConverting(event) {
  // Keyboards on a screen end a composition with each word, and the next Enter is meant.
  return event.isComposing || event.keyCode === 229 || (!touch.matches && event.timeStamp - ended < SAME_KEY_MILLIS);
}

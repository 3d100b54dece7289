/** Copies a text, also where the page came over plain HTTP: browsers offer their clipboard to secure pages only. */

/**
 * @param {string} text
 * @throws {Error} Where the browser does not allow it.
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copySelected(text);
  }
}

/** The older way, which works in a selected field only. */
function copySelected(text) {
  const before = document.activeElement;
  const selection = getSelection();
  const ranges = Array.from({ length: selection.rangeCount }, (_, at) => selection.getRangeAt(at));
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.readOnly = true;
  field.value = text;
  document.body.append(field);
  field.select();
  try {
    if (!document.execCommand("copy")) {
      throw new Error("The browser does not allow copying.");
    }
  } finally {
    field.remove();
    before?.focus({ preventScroll: true });
    if (ranges.length > 0) {
      selection.removeAllRanges();
      ranges.forEach((range) => selection.addRange(range));
    }
  }
}

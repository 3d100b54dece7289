/** Draws a part of the page anew without touching the nodes that are right already: a selection in them stays, and so does the focus. */

/** Nodes within nodes beyond which a difference is replaced as a whole. */
const DEEPEST = 60;
/** Nodes that may have come or gone before one that is right already: a block or two, with the white space between them. */
const AHEAD = 4;

/**
 * Makes the children of an element, from one of them on, look like those of a fragment.
 * @param {Element} element
 * @param {DocumentFragment} fragment Its nodes are used where there is no like one.
 * @param {Node | null} [after] The last child that stays as it is.
 * @returns {Node[]} What stands for each node of the fragment.
 */
export function merge(element, fragment, after = null) {
  const selected = selectionIn(element);
  const nodes = mergeNodes(element, [...fragment.childNodes], after === null ? element.firstChild : after.nextSibling, 0);
  selected?.();
  return nodes;
}

/** Gives an element these children, in their order, without moving those that it has already. @param {Element} element @param {Node[]} nodes */
export function arrange(element, nodes) {
  const wanted = new Set(nodes);
  [...element.childNodes].filter((node) => !wanted.has(node)).forEach((node) => node.remove());
  let next = element.firstChild;
  for (const node of nodes) {
    if (node === next) {
      next = next.nextSibling;
    } else {
      element.insertBefore(node, next);
    }
  }
}

function mergeNodes(parent, wanted, first, depth) {
  let next = first;
  const nodes = wanted.map((node, at) => {
    const isRight = next !== null && next.isEqualNode(node);
    const old = isRight ? next : standsFor(wanted, at, next);
    if (old === null) {
      return parent.insertBefore(node, next);
    }
    const isLater = old !== next;
    removeUntil(old, next);
    next = old.nextSibling;
    // Large nodes are not compared twice.
    return isRight || (isLater && old.isEqualNode(node)) ? old : mergeNode(old, node, depth);
  });
  removeUntil(null, next);
  return nodes;
}

function removeUntil(end, first) {
  for (let next = first; next !== end;) {
    const gone = next;
    next = gone.nextSibling;
    gone.remove();
  }
}

/** The old node that becomes a wanted one; those before it have gone. Null where the wanted one has come. */
function standsFor(wanted, at, next) {
  const node = wanted[at];
  if (next === null) {
    return null;
  }
  let later = next.nextSibling;
  for (let distance = 1; distance <= AHEAD; distance++) {
    if (later !== null && isSame(later, node)) {
      return later;
    }
    if (at + distance < wanted.length && isSame(next, wanted[at + distance])) {
      return null;
    }
    later = later?.nextSibling ?? null;
  }
  if (alike(next, node)) {
    return next;
  }
  if (next.nextSibling !== null && alike(next.nextSibling, node)) {
    return next.nextSibling;
  }
  return at + 1 < wanted.length && alike(next, wanted[at + 1]) ? null : next;
}

/** Whether two nodes are equal not only because there is nothing in them. */
function isSame(old, node) {
  return old.isEqualNode(node) && old.textContent.trim() !== "";
}

function mergeNode(old, node, depth) {
  // A button is in a state of its own.
  if (old.nodeName === "BUTTON" && node.nodeName === "BUTTON") {
    return old;
  }
  if (!alike(old, node) || depth > DEEPEST) {
    old.replaceWith(node);
    return node;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    mergeText(old, node.data);
  } else {
    mergeAttributes(old, node);
    mergeNodes(old, [...node.childNodes], old.firstChild, depth + 1);
  }
  return old;
}

/** Whether one can become the other. The page's policy forbids to copy the measures of a formula, so a formula cannot. */
function alike(old, node) {
  return old.nodeName === node.nodeName && (old.nodeType !== Node.ELEMENT_NODE
    || (old.getAttribute("class") === node.getAttribute("class") && !old.hasAttribute("style") && !node.hasAttribute("style")
      && !old.matches(".katex, math, svg")));
}

function mergeText(old, data) {
  const was = old.data;
  if (data.startsWith(was)) {
    old.appendData(data.slice(was.length));
    return;
  }
  let same = 0;
  while (same < was.length && same < data.length && was[same] === data[same]) {
    same++;
  }
  old.replaceData(same, was.length - same, data.slice(same));
}

function mergeAttributes(old, node) {
  [...old.attributes].filter(({ name }) => !node.hasAttribute(name)).forEach(({ name }) => old.removeAttribute(name));
  [...node.attributes].filter(({ name, value }) => old.getAttribute(name) !== value).forEach(({ name, value }) => old.setAttribute(name, value));
}

/** Remembers what is selected in an element, by its letters. @returns {(() => void) | null} Selects it again where it got lost. */
function selectionIn(element) {
  const selection = getSelection();
  if (selection === null || selection.rangeCount === 0 || selection.isCollapsed || !selection.containsNode(element, true)) {
    return null;
  }
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  const [anchor, focus] = [lettersTo(element, anchorNode, anchorOffset), lettersTo(element, focusNode, focusOffset)];
  if (anchor === null && focus === null) {
    return null;
  }
  const text = selection.getRangeAt(0).toString();
  return () => {
    if (selection.rangeCount === 0 || selection.getRangeAt(0).toString() !== text) {
      selection.setBaseAndExtent(...(placeAt(element, anchor) ?? [anchorNode, anchorOffset]), ...(placeAt(element, focus) ?? [focusNode, focusOffset]));
    }
  };
}

/** How many letters of an element stand before a place in it; null where the place is elsewhere. */
function lettersTo(element, node, offset) {
  if (!element.contains(node)) {
    return null;
  }
  const range = document.createRange();
  range.setStart(element, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

function placeAt(element, letters) {
  if (letters === null) {
    return null;
  }
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = letters;
  while (texts.nextNode()) {
    const { currentNode } = texts;
    if (left <= currentNode.length) {
      return [currentNode, left];
    }
    left -= currentNode.length;
  }
  return [element, element.childNodes.length];
}

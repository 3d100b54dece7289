/** On a small screen the list and the panel cover the conversation: what lies beneath is out of reach until they close. */
import { byId } from "./dom.js";

const small = matchMedia("(max-width: 52rem)");
const { skip, sidebar, stage, panel, shade } = byId("skip", "sidebar", "stage", "panel", "shade");
/** What is open, the last one on top. */
let open = [];

/** Whether what opens covers the page. */
export function covers() {
  return small.matches;
}

/** Puts a part on top. @param {HTMLElement} part @param {() => void} close What a press beside it does. */
export function cover(part, close) {
  open = [...open.filter((each) => each.part !== part), { part, close }];
  settle();
}

/** Takes it away. @param {HTMLElement} part */
export function uncover(part) {
  open = open.filter((each) => each.part !== part);
  settle();
}

function settle() {
  const top = small.matches ? open.at(-1) : undefined;
  shade.hidden = top === undefined;
  for (const part of [skip, sidebar, stage, panel]) {
    part.inert = top !== undefined && part !== top.part;
  }
}

shade.addEventListener("click", () => open.at(-1)?.close());
small.addEventListener("change", settle);

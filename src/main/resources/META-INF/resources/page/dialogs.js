/** Questions that want an answer first, and short menus. */
import { draw, h } from "./dom.js";

/**
 * Asks before something that cannot be undone.
 * @returns {Promise<boolean>} Whether to go on.
 */
export function confirmed(title, text, go) {
  const dialog = h("dialog", { class: "question", "aria-labelledby": "question" },
    h("form", { method: "dialog" }, h("h2", { id: "question" }, title), h("p", {}, text),
      h("div", { class: "row" }, h("button", { value: "" }, "Cancel"), h("button", { value: "go", class: "danger" }, go))));
  // A form may not be sent anywhere by this page's policy, not even to its own dialog.
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close(event.submitter.value);
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    dialog.remove();
    resolve(dialog.returnValue === "go");
  }));
}

/**
 * A menu at a button.
 * @param {HTMLElement} anchor With an id, where it may be drawn anew in the meantime.
 * @param {{icon: string, label: string, danger?: boolean, act: () => void}[]} entries
 */
export function menu(anchor, entries) {
  const list = h("div", { class: "menu", role: "menu", popover: "auto" }, ...entries.map((entry) => h("button", {
    type: "button", role: "menuitem", class: entry.danger ? "danger" : "", on: {
      click: () => {
        leave();
        entry.act();
      },
    },
  }, draw(entry.icon), entry.label)));
  (anchor.closest("nav, main, aside, header, footer") ?? document.body).append(list);
  const back = () => (document.getElementById(anchor.id) ?? anchor).focus();
  const leave = () => {
    list.hidePopover();
    back();
  };
  list.addEventListener("toggle", (event) => {
    if (event.newState === "closed") {
      const focused = list.contains(document.activeElement) || document.activeElement === document.body;
      list.remove();
      if (focused) {
        back();
      }
    }
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const all = [...list.children];
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      leave();
    } else if (event.key === "Tab") {
      // From the button on, where the keyboard was before.
      leave();
    }
  });
  list.showPopover();
  const place = anchor.getBoundingClientRect();
  list.style.setProperty("left", `${Math.min(place.left, innerWidth - list.offsetWidth - 8)}px`);
  list.style.setProperty("top", `${place.bottom + list.offsetHeight > innerHeight ? place.top - list.offsetHeight : place.bottom}px`);
  list.firstElementChild.focus();
}

/** A list with one stop for Tab: the arrow keys, Home and End go through it. */

const STEPS = { ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1, Home: () => 0, End: () => Infinity };

export class Roving {
  #list;
  #stops;
  #beside;
  #last = "";

  /**
   * @param {HTMLElement} list
   * @param {string} stops Selects what the keys go through.
   * @param {string} beside Selects what ArrowRight reaches from a stop: it stands in the same item.
   */
  constructor(list, stops, beside) {
    this.#list = list;
    this.#stops = stops;
    this.#beside = beside;
    list.addEventListener("keydown", (event) => this.#go(event));
    list.addEventListener("focusin", ({ target }) => this.#settle(this.#stopOf(target)));
  }

  /** To be called when the list is drawn anew. */
  refresh() {
    const all = this.#all();
    this.#list.querySelectorAll(this.#beside).forEach((element) => (element.tabIndex = -1));
    this.#settle(all.find((stop) => stop.hasAttribute("aria-current")) ?? all.find((stop) => stop.getAttribute("href") === this.#last) ?? all[0]);
  }

  #all() {
    return [...this.#list.querySelectorAll(this.#stops)];
  }

  #stopOf(element) {
    return element.matches(this.#stops) ? element : element.closest("li")?.querySelector(this.#stops);
  }

  #settle(chosen) {
    if (chosen) {
      this.#all().forEach((stop) => (stop.tabIndex = stop === chosen ? 0 : -1));
      this.#last = this.#list.contains(document.activeElement) ? chosen.getAttribute("href") : this.#last;
    }
  }

  #go(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !(target.matches(this.#stops) || target.matches(this.#beside))) {
      return;
    }
    const all = this.#all();
    const stop = this.#stopOf(target);
    const next = key === "ArrowRight" ? stop.closest("li")?.querySelector(this.#beside)
      : key === "ArrowLeft" ? stop : all[Math.min(Math.max(STEPS[key]?.(all.indexOf(stop)) ?? NaN, 0), all.length - 1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }
}

/** The red line above the composer: what is amiss, until its cause has gone. */
import { button, h } from "./dom.js";

/** Between two looks whether a cause that passes by itself has gone. */
const LOOK_MILLIS = 5_000;

export class RedLine {
  #element;
  #ask;
  #timer = 0;
  /** What is done once the cause has gone; undefined where it does not pass by itself. */
  #afterwards;

  /** @param {HTMLElement} element @param {() => Promise<any>} ask Fails as long as the service cannot answer. */
  constructor(element, ask) {
    this.#element = element;
    this.#ask = ask;
    addEventListener("online", () => void this.#look());
    addEventListener("focus", () => void this.#look());
  }

  /**
   * Says what is amiss.
   * @param {string} text
   * @param {{again?: (() => void) | null, passing?: boolean}} [how] `again`: what can be tried again. `passing`: the cause passes
   *   by itself, and then the line goes and it is tried again.
   */
  show(text, { again = null, passing = false } = {}) {
    clearTimeout(this.#timer);
    this.#afterwards = passing ? again ?? (() => undefined) : undefined;
    const retry = () => {
      this.clear();
      again();
    };
    this.#element.replaceChildren(h("p", {}, text), again === null ? "" : button("again", "Try again", retry, { text: true }),
      button("close", "Close", () => this.clear(), { class: "quiet" }));
    this.#element.hidden = false;
    if (passing) {
      this.#timer = setTimeout(() => void this.#look(), LOOK_MILLIS);
    }
  }

  /** Takes it away. */
  clear() {
    clearTimeout(this.#timer);
    this.#afterwards = undefined;
    this.#element.hidden = true;
    this.#element.replaceChildren();
  }

  /** Takes away what was about something that is changed now; what passes by itself stays until it has passed. */
  changed() {
    if (this.#afterwards === undefined) {
      this.clear();
    }
  }

  async #look() {
    const afterwards = this.#afterwards;
    if (afterwards === undefined) {
      return;
    }
    clearTimeout(this.#timer);
    const gone = await this.#ask().then(() => true, () => false);
    if (afterwards !== this.#afterwards) {
      return;
    }
    if (gone) {
      this.clear();
      afterwards();
    } else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#look(), LOOK_MILLIS);
    }
  }
}

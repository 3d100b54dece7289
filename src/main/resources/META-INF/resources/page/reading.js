/** The place of reading: at the end, which it follows, or at a message, which stays where it is whatever changes around it. */

/** Pixels above the end within which a scroll downwards follows the end again. */
const NEAR = 80;
/** Pixels below which a scroll is a matter of rounding. */
const SLIGHT = 0.5;
/** How long a smooth scroll that was begun before the end was asked for may go on. */
const UNDER_WAY_MILLIS = 500;
/** Pixels above a message that is shown from its beginning. */
const MARGIN = 16;
const UP = new Set(["ArrowUp", "PageUp", "Home"]);
const FIELD = "input, textarea, select";

export class Reading {
  #scroll;
  #list;
  #latest;
  #following = true;
  /** What stays in its place while the end is not followed; without an `offset` it is shown as well as its height allows. */
  #anchor = null;
  #top = 0;
  #most = 0;
  /** Until this time a scroll upwards counts only if the reader has begun it anew. */
  #underWayUntil = 0;

  /** @param {HTMLElement} scroll What scrolls. @param {HTMLElement} list Its messages. @param {HTMLElement} latest What leads to the end. */
  constructor(scroll, list, latest) {
    this.#scroll = scroll;
    this.#list = list;
    this.#latest = latest;
    scroll.addEventListener("scroll", () => this.#look(), { passive: true });
    // Browsers scroll smoothly: a wheel and a key tell earlier than their scroll, which may begin with less than a pixel.
    scroll.addEventListener("wheel", (event) => event.deltaY < 0 && !event.ctrlKey && this.#up(event.target), { passive: true });
    scroll.addEventListener("keydown", (event) => UP.has(event.key) && !event.target.matches(FIELD) && this.#up(event.target));
    latest.addEventListener("click", () => (this.#underWayUntil = performance.now() + UNDER_WAY_MILLIS));
    // Formulas, pictures and a keyboard that opens change heights without a word.
    const sizes = new ResizeObserver(() => this.stay());
    sizes.observe(list);
    sizes.observe(scroll);
  }

  /** Goes to the end, and stays there as it moves. */
  follow() {
    // A scroll whose event has not come yet was before this call.
    this.#note();
    this.#following = true;
    this.#anchor = null;
    this.stay();
  }

  /** Shows a message. @param {HTMLElement} element @param {number} [offset] Pixels from the upper edge to it. */
  hold(element, offset) {
    this.#note();
    this.#following = false;
    this.#anchor = { element, offset };
    this.stay();
  }

  /** Waits for a message that is still to be read. */
  wait() {
    this.#following = false;
    this.#anchor = null;
  }

  /** Stops waiting for a message: the messages in view stay where they are. */
  keep() {
    this.#leaveEnd();
    this.#note();
  }

  /** To be called after each change of what is shown. */
  stay() {
    this.#look();
    const { element, offset } = this.#anchor ?? {};
    if (this.#following) {
      this.#scroll.scrollTop = this.#scroll.scrollHeight;
    } else if (element?.isConnected) {
      const { top, height } = element.getBoundingClientRect();
      const difference = top - this.#edge() - (offset ?? Math.max(MARGIN, (this.#scroll.clientHeight - height) / 2));
      if (Math.abs(difference) > SLIGHT) {
        this.#scroll.scrollTop += difference;
      }
    } else if (element) {
      // The message that stood at the edge has gone, and the messages in view are to stay from now on.
      this.#anchor = this.#visible();
    }
    this.#note();
  }

  /** Where one reads: a message and the pixels from the upper edge to it; null at the end. */
  get place() {
    const message = this.#following ? null : firstBelow(this.#list.children, this.#edge());
    return message?.dataset.message ? { message: message.dataset.message, offset: Math.round(message.getBoundingClientRect().top - this.#edge()) } : null;
  }

  /** Takes note of a scroll by hand; what the page itself has scrolled is known already. */
  #look() {
    const { scrollTop } = this.#scroll;
    const most = this.#farthest();
    // What has become shorter moves the view upwards too.
    if (scrollTop < this.#top - SLIGHT && most >= this.#most - SLIGHT) {
      if (this.#following && performance.now() < this.#underWayUntil) {
        this.#scroll.scrollTop = this.#scroll.scrollHeight;
      } else {
        this.#leaveEnd();
      }
    } else if (scrollTop > this.#top + SLIGHT) {
      this.#following ||= most - scrollTop < NEAR;
      this.#anchor = this.#following ? null : this.#visible();
    }
    this.#note();
  }

  /** The reader is about to scroll upwards. */
  #up(target) {
    this.#underWayUntil = 0;
    if (this.#following && this.#scroll.scrollTop > 0 && !this.#scrollsWithin(target)) {
      this.#leaveEnd();
      this.#note();
    }
  }

  #scrollsWithin(target) {
    for (let each = target; each !== null && each !== this.#scroll; each = each.parentElement) {
      if (each.scrollTop > 0) {
        return true;
      }
    }
    return false;
  }

  #leaveEnd() {
    this.#following = false;
    this.#anchor = this.#visible();
  }

  #note() {
    this.#top = this.#scroll.scrollTop;
    this.#most = this.#farthest();
    const hidden = this.#following || this.#most - this.#top < NEAR;
    // The same value anew would have styles computed in each frame of a reply.
    if (this.#latest.hidden !== hidden) {
      this.#latest.hidden = hidden;
    }
  }

  #farthest() {
    return this.#scroll.scrollHeight - this.#scroll.clientHeight;
  }

  #edge() {
    return this.#scroll.getBoundingClientRect().top;
  }

  /** What stands at the upper edge: a message, or a part of a long one. */
  #visible() {
    const edge = this.#edge();
    const message = firstBelow(this.#list.children, edge);
    const parts = message?.querySelector(":scope > .text")?.children ?? [];
    const part = message && message.getBoundingClientRect().top < edge ? firstBelow(parts, edge) : null;
    const element = part ?? message;
    return element ? { element, offset: element.getBoundingClientRect().top - edge } : null;
  }
}

/** The first of elements that stand below each other that reaches below a line. */
function firstBelow(elements, line) {
  let [low, high] = [0, elements.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (elements[middle].getBoundingClientRect().bottom > line + 1) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return elements[low] ?? null;
}

/** A reply that grows: only its last block is drawn again as more arrives, at most once a frame. */
import { outline } from "./grammar.js";
import { render } from "./markdown.js";
import { drawMath, isMathMissing } from "./math.js";
import { merge } from "./merge.js";
import { mend, staying } from "./mend.js";

/** A drawing that takes longer is followed by a rest of so many times its length. */
const LONG_MILLIS = 12;
const REST = 4;
/** Definitions of links that are known while a text grows; the whole text, in the end, knows all of its own. */
const MOST_DEFINED = 200;

export class ReplyView {
  #element;
  /** The text as it was given last, and as much of it as the text below has. */
  #given = "";
  #taken = "";
  /** With `\n` as its only line break. */
  #text = "";
  #settled = 0;
  /** Links that the settled text defines, and those that the whole text does. */
  #settledLinks = {};
  #links = {};
  /** The last node of what stays as it is. */
  #edge = null;
  #finished = null;
  #frame = 0;
  #drawn;
  #notBefore = 0;
  #fetching = false;

  /**
   * @param {HTMLElement} element Where it is shown.
   * @param {() => void} drawn Called after each drawing.
   */
  constructor(element, drawn) {
    this.#element = element;
    this.#drawn = drawn;
  }

  /** Where it is shown. */
  get element() {
    return this.#element;
  }

  /** Shows this text, which may or may not go on from the one before. What costs time is done once a frame and not for each piece. */
  set(text) {
    if (text !== this.#given) {
      this.#given = text;
      this.#soon();
    }
  }

  /** Shows the whole text as it stays; nodes that look like it already are left alone. */
  finish(text) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const whole = normal(text);
    if (whole === this.#finished) {
      return;
    }
    this.#finished = whole;
    merge(this.#element, render(whole));
    if (isMathMissing()) {
      void drawMath().then(() => this.#finished === whole && merge(this.#element, render(whole)));
    }
  }

  /** The next drawing is of the whole text. Nodes that are right already stay. */
  #beginAgain() {
    this.#settled = 0;
    this.#settledLinks = {};
    this.#edge = null;
  }

  /** A hidden page has no frames; its text is drawn when it is seen again. */
  #soon() {
    this.#frame ||= requestAnimationFrame((now) => this.#drawInTime(now));
  }

  /** What takes long to draw is drawn less often, so that the page stays quick. */
  #drawInTime(now) {
    if (now < this.#notBefore) {
      this.#frame = requestAnimationFrame((later) => this.#drawInTime(later));
      return;
    }
    const begin = performance.now();
    this.#draw();
    const took = performance.now() - begin;
    this.#notBefore = took > LONG_MILLIS ? performance.now() + REST * took : 0;
  }

  /** Takes in what has been given since the last frame. */
  #take() {
    const given = this.#given;
    if (given.startsWith(this.#taken)) {
      const more = given.slice(this.#taken.length);
      // A line break of two characters may come in two pieces.
      this.#text += normal(this.#taken.endsWith("\r") && more.startsWith("\n") ? more.slice(1) : more);
    } else {
      this.#links = {};
      this.#beginAgain();
      this.#text = normal(given);
    }
    this.#taken = given;
  }

  #draw() {
    this.#frame = 0;
    this.#take();
    const open = this.#text.slice(this.#settled);
    const { blocks, references } = outline(open);
    if (this.#learns({ ...references, ...this.#settledLinks })) {
      this.#beginAgain();
      this.#draw();
      return;
    }
    const stay = staying(blocks, open);
    const end = stay > 0 ? blocks[stay - 1].to : 0;
    const drawing = document.createDocumentFragment();
    if (end > 0) {
      drawing.append(this.#settle(open.slice(0, end)));
    }
    const settled = drawing.childNodes.length;
    const last = blocks.at(-1)?.from ?? end;
    drawing.append(render(open.slice(end, last) + mend(open.slice(last)), true, this.#links));
    this.#fetchMath();
    this.#edge = merge(this.#element, drawing, this.#edge)[settled - 1] ?? this.#edge;
    this.#drawn();
  }

  #settle(text) {
    this.#settledLinks = { ...outline(text).references, ...this.#settledLinks };
    const drawing = render(text, true, this.#links);
    this.#fetchMath();
    this.#settled += text.length;
    return drawing;
  }

  /** Takes the links that the text defines by now. @returns {boolean} Whether one of them stands further up, in the settled text. */
  #learns(links) {
    const known = this.#links;
    const names = Object.keys(links).slice(0, MOST_DEFINED);
    const changed = names.filter((name) => known[name]?.href !== links[name].href || known[name]?.title !== links[name].title);
    if (changed.length === 0) {
      return false;
    }
    this.#links = Object.fromEntries(names.map((name) => [name, links[name]]));
    const above = this.#text.slice(0, this.#settled).replace(/\s+/g, " ").toLowerCase().toUpperCase();
    return changed.some((name) => above.includes(`[${name}]`));
  }

  /** What was drawn before there was a means to draw its formulas is drawn again. */
  #fetchMath() {
    if (isMathMissing() && !this.#fetching) {
      this.#fetching = true;
      void drawMath().then(() => {
        if (this.#finished === null) {
          this.#beginAgain();
          this.#soon();
        }
      });
    }
  }
}

function normal(text) {
  return text.replace(/\r\n?/g, "\n");
}

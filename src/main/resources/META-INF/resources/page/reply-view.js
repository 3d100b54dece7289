/** A reply that grows: only its last block is drawn again as more arrives, at most once a frame. */
import { blocksOf, render } from "./markdown.js";
import { drawMath, isMathReady, mayHaveMath } from "./math.js";
import { merge } from "./merge.js";
import { mend, staying } from "./mend.js";

/** A drawing that takes longer is followed by a rest of so many times its length. */
const LONG_MILLIS = 12;
const REST = 4;
/** Letters of definitions of links that are known while a text grows; the whole text, in the end, knows all of its own. */
const MOST_DEFINED = 8_000;

export class ReplyView {
  #element;
  #text = "";
  #settled = 0;
  #definitions = "";
  /** The last node of what stays as it is. */
  #edge = null;
  #finished = null;
  #frame = 0;
  #drawn;
  #notBefore = 0;

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

  /** Shows this text, which may or may not go on from the one before. */
  set(text) {
    const next = text.replace(/\r\n?/g, "\n");
    if (next === this.#text) {
      return;
    }
    if (!next.startsWith(this.#text)) {
      this.#definitions = "";
      this.#beginAgain();
    }
    this.#text = next;
    // A hidden page has no frames; its text is drawn when it is seen again.
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

  /** Shows the whole text as it stays; nodes that look like it already are left alone. */
  finish(text) {
    cancelAnimationFrame(this.#frame);
    const whole = text.replace(/\r\n?/g, "\n");
    if (whole === this.#finished) {
      return;
    }
    this.#finished = whole;
    merge(this.#element, render(whole));
    if (!isMathReady() && mayHaveMath(whole)) {
      void drawMath().then(() => this.#finished === whole && merge(this.#element, render(whole)));
    }
  }

  #beginAgain() {
    this.#settled = 0;
    this.#edge = null;
  }

  #draw() {
    this.#frame = 0;
    const blocks = blocksOf(this.#text.slice(this.#settled));
    if (this.#define(blocks) && this.#settled > 0) {
      this.#beginAgain();
      this.#draw();
      return;
    }
    const stay = staying(blocks);
    const done = textOf(blocks.slice(0, stay));
    // What the library does not tell letter by letter is not cut.
    const drawing = document.createDocumentFragment();
    if (done !== "" && this.#text.startsWith(done, this.#settled)) {
      drawing.append(render(done, true, this.#definitions));
      this.#settled += done.length;
    }
    const settled = drawing.childNodes.length;
    const open = this.#text.slice(this.#settled);
    const last = textOf(blocks.slice(blocks.findLastIndex((block) => block.type !== "space")));
    drawing.append(render(open.endsWith(last) ? open.slice(0, open.length - last.length) + mend(last) : open, true, this.#definitions));
    this.#edge = merge(this.#element, drawing, this.#edge)[settled - 1] ?? this.#edge;
    if (!isMathReady() && mayHaveMath(open)) {
      void drawMath();
    }
    this.#drawn();
  }

  /** Takes the definitions of links whose lines are whole. @returns {boolean} Whether there is one more. */
  #define(blocks) {
    const known = this.#definitions;
    for (const { type, raw } of blocks) {
      if (type === "def" && raw.endsWith("\n") && this.#definitions.length + raw.length < MOST_DEFINED && !`\n${this.#definitions}`.includes(`\n${raw.trim()}\n`)) {
        this.#definitions += `${raw.trim()}\n`;
      }
    }
    return this.#definitions !== known;
  }
}

function textOf(blocks) {
  return blocks.map((block) => block.raw).join("");
}

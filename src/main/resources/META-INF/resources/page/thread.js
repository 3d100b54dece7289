/** The conversation as it is read: messages, the reply that grows, and where one stands in it. */
import { adaptationNotes } from "./adaptations.js";
import { button, byId, h } from "./dom.js";
import { Editing } from "./editing.js";
import { holdFocus, isWriting, land } from "./focus.js";
import { itemsOf } from "./items.js";
import { drawMath, isMathMissing } from "./math.js";
import { arrange } from "./merge.js";
import { choice, focusChoice, replyFrame, storedReply, toolMessage, userMessage } from "./message.js";
import { Reading } from "./reading.js";
import { ReplyView } from "./reply-view.js";
import { spoken } from "./speech.js";
import { places } from "./storage.js";

/** Pixels before the beginning comes into view at which earlier messages are read. */
const AHEAD = 400;
/** Pages of earlier messages that are read for a place of reading; a place farther away is given up. */
const FARTHEST = 20;
/** How long a reply stands where it is read aloud; later, a reader of the whole page would meet it twice. */
const TOLD_MILLIS = 5_000;
/** After a reload the place of reading counts more than the message of the address. */
let reloaded = performance.getEntriesByType("navigation")[0]?.type === "reload";

export class Thread {
  #parts = byId("scroll", "messages", "earlier", "empty", "latest", "settled");
  #conversation = null;
  #deeds;
  #items = new Map();
  #view = null;
  #reading;
  #editing;
  #sought = null;
  /** The place that was left, while what stands there is still to be read, and how many pages may be read for it. */
  #left = null;
  #pages = 0;
  /** The conversation of which an earlier page is being read, or null. */
  #reads = null;
  #told = 0;

  /** @param {object} deeds What is done elsewhere: `fork(message)`, `refused(error)`. */
  constructor(deeds) {
    this.#deeds = {
      ...deeds,
      edit: (message) => this.#editing.begin(message),
      regenerate: () => void this.#conversation.regenerate().catch(deeds.refused),
      link: (message) => `#${this.#conversation.id}/${message.id}`,
    };
    this.#editing = new Editing({
      conversation: () => this.#conversation,
      changed: () => this.render(),
      sent: () => this.toEnd(),
      refused: deeds.refused,
      editButton: ({ replaces }) => document.getElementById(`m-${replaces}`)?.querySelector(":scope > .actions .edit, :scope > .under .edit"),
    });
    const { scroll, earlier, latest, messages } = this.#parts;
    this.#reading = new Reading(scroll, messages, latest);
    // On a phone a hidden page may end without another word.
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.#remember());
    addEventListener("pagehide", () => this.#remember());
    latest.addEventListener("click", () => {
      this.toEnd();
      land(scroll);
    });
    earlier.addEventListener("click", () => void this.#more());
    new IntersectionObserver(([seen]) => seen.isIntersecting && void this.#more(), { root: scroll, rootMargin: `${AHEAD}px` }).observe(earlier);
  }

  /** Shows another conversation; `message` is one to begin at. */
  open(conversation, message = null) {
    this.#remember();
    this.#conversation = conversation;
    this.#items.clear();
    this.#view = null;
    this.#reads = null;
    this.#parts.earlier.removeAttribute("aria-disabled");
    const left = message === null || reloaded ? places.get(conversation.id) : undefined;
    reloaded = false;
    this.#left = left ?? null;
    this.#pages = FARTHEST;
    this.#sought = left === undefined ? message : left?.message ?? null;
    this.#sought === null ? this.#reading.follow() : this.#reading.wait();
    this.#parts.messages.replaceChildren();
    this.#parts.settled.textContent = "";
    conversation.addEventListener("change", () => this.#conversation === conversation && this.render());
    conversation.addEventListener("progress", () => this.#conversation === conversation && this.#grow());
    conversation.addEventListener("settled", ({ detail }) => this.#conversation === conversation && void this.#tell(detail));
    this.render();
  }

  render() {
    const { messages, earlier } = this.#parts;
    const conversation = this.#conversation;
    const items = itemsOf(conversation, this.#editing.current);
    const fresh = new Map();
    const keepFocus = holdFocus(messages);
    items.forEach((item) => fresh.set(item.key, this.#item(item)));
    arrange(messages, [...fresh.values()].map(({ element }) => element));
    this.#items = fresh;
    // What cannot be done while a reply is under way is hidden by style: drawing all messages anew would be felt.
    messages.classList.toggle("busy", conversation.running !== null);
    messages.querySelectorAll(".choice button").forEach((each) => each.setAttribute("aria-disabled", String(conversation.running !== null)));
    earlier.hidden = conversation.before === null;
    this.#parts.empty.hidden = items.length > 0 || (conversation.id !== null && conversation.settings.id === undefined);
    this.#grow();
    this.#seek();
    this.#reading.stay();
    keepFocus();
  }

  /** Has the reply read aloud once it is whole, not token by token, and as it is shown. */
  async #tell(text) {
    const { settled } = this.#parts;
    const view = [...this.#items.values()].findLast((item) => item.view)?.view;
    if (isMathMissing()) {
      // Formulas are read aloud as words once KaTeX is there.
      await drawMath();
      if (![...this.#items.values()].some((item) => item.view === view)) {
        return;
      }
    }
    settled.textContent = text === "" || view === undefined ? "" : spoken(view.element);
    clearTimeout(this.#told);
    this.#told = setTimeout(() => (settled.textContent = ""), TOLD_MILLIS);
  }

  toEnd() {
    this.#sought = null;
    this.#left = null;
    this.#reading.follow();
  }

  #remember() {
    if (this.#conversation?.id && this.#items.size > 0 && this.#sought === null) {
      places.set(this.#conversation.id, this.#reading.place);
    }
  }

  /** Puts the newest message of the user back into a form, as ↑ in an empty composer does. */
  editLast() {
    const last = this.#conversation.messages.findLast((message) => message.role === "user" && !message.superseded);
    if (last && !this.#conversation.running) {
      this.#editing.begin(last);
    }
  }

  /** Scrolls to a message, for which earlier ones may have to be read first. @returns {boolean} Whether it is in view already. */
  seek(id) {
    this.#sought = id;
    this.#left = null;
    this.#seek();
    return this.#sought === null;
  }

  #reveal(element) {
    this.#reading.hold(element);
    if (!isWriting()) {
      land(element);
    }
    element.classList.remove("sought");
    void element.offsetWidth;
    element.classList.add("sought");
  }

  /** Looks no longer for a message that is gone. @returns {boolean} Whether it was looked for at all. */
  giveUp(id) {
    const sought = this.#sought === id;
    if (sought) {
      this.toEnd();
    }
    return sought;
  }

  /** Marks which messages the next context leaves out; null marks none. @param {Map<string, string> | null} statuses */
  mark(statuses) {
    this.#parts.messages.querySelectorAll(":scope > li").forEach((element) => {
      const status = statuses?.get(element.dataset.message) ?? "";
      element.dataset.context = status;
    });
  }

  #item(item) {
    const known = this.#items.get(item.key);
    if (known?.fingerprint === item.fingerprint) {
      return known;
    }
    const element = known?.element ?? h("li", {});
    element.className = `message ${item.role}${item.running ? " running" : ""}${item.message?.superseded ? " superseded" : ""}`;
    element.id = item.message?.id ? `m-${item.message.id}` : "";
    element.dataset.message = item.message?.id ?? "";
    item.running ? element.setAttribute("aria-busy", "true") : element.removeAttribute("aria-busy");
    const view = this.#viewOf(item, known);
    arrange(element, this.#inside(item, view, element.querySelector(":scope > .lost")).filter(Boolean));
    return { element, fingerprint: item.fingerprint, view, turn: item.turn };
  }

  /** What draws a reply: that which has drawn it so far, so that its nodes stay when the reply ends, with a selection in them. */
  #viewOf({ turn }, known) {
    if (turn === undefined) {
      return null;
    }
    const same = known?.turn !== undefined && (known.turn === turn || known.turn.id === turn);
    return same ? known.view : new ReplyView(h("div", { class: "text markdown" }), () => this.#reading.stay());
  }

  #inside(item, view, failed) {
    const earlier = item.earlier?.length > 0 ? [this.#earlier(item)] : [];
    if (item.running) {
      const { foot, parts } = replyFrame(view.element);
      this.#view = view;
      foot.append(h("p", { class: "note" }, ...item.note), ...adaptationNotes(item.adaptations, this.#deeds.link));
      return [...earlier, ...parts];
    }
    if (item.lost) {
      return [this.#failed(item.lost.text, item.lost.failed)];
    }
    switch (item.role) {
      case "tool":
        return toolMessage(item.message);
      case "user":
        return [...earlier, ...(item.edit ? [this.#editing.formOf(item.edit, item.message)]
          : userMessage(item.message, { deeds: this.#deeds, editable: item.editable, choice: this.#choice(item) }))];
      default:
        return [...earlier, ...storedReply(item.message, {
          deeds: this.#deeds, last: item.last, spent: item.spent, adaptations: item.adaptations, view,
          choice: this.#choice(item),
        }), ...(item.retry ? [this.#failed(item.retry, true, failed)] : [])];
    }
  }

  /** A failure that is shown already stays, because a new alert would be read again. */
  #failed(text, alarming, shown = null) {
    const same = alarming && shown?.role === "alert" && shown.firstChild.textContent === text;
    return same ? shown : h("div", { class: alarming ? "lost alarming" : "lost", role: alarming ? "alert" : null },
      h("p", {}, text), button("again", "Try again", this.#deeds.regenerate, { text: true, class: "retry" }));
  }

  /** What an edit has put aside, folded. */
  #earlier({ earlier, versions, at }) {
    const last = at >= versions.length - 1;
    const list = h("ol", {});
    const fold = h("details", { class: "earlier" }, h("summary", {}, last ? "Edited · earlier version" : "Edited · other version"), list);
    fold.addEventListener("toggle", () => {
      if (fold.open && list.childElementCount === 0) {
        earlier.flatMap(({ input, slots }) => [input, ...slots.flatMap(({ variants }) => variants)]).filter(Boolean)
          .forEach((message) => list.append(this.#aside(message)));
      }
    });
    return fold;
  }

  #aside(message) {
    const parts = message.role === "user" ? userMessage(message, { deeds: this.#deeds, editable: false })
      : message.role === "tool" ? toolMessage(message)
        : storedReply(message, { deeds: this.#deeds, last: false, spent: null, choice: null });
    return h("li", { class: `message ${message.role} superseded` }, parts);
  }

  #choice({ versions, at }) {
    return versions?.length > 1 ? choice(versions, at, (message, later) => void this.#choose(message, later)) : null;
  }

  async #choose(message, later) {
    const conversation = this.#conversation;
    const followed = this.#reading.place === null;
    if (conversation.running === null) {
      // What is above stays where it is, and so does the place at which another version is shown.
      this.#reading.wait();
    }
    try {
      await conversation.choose(message.id);
    } catch (error) {
      followed && conversation === this.#conversation && this.#reading.follow();
      this.#deeds.refused(error);
      return;
    }
    if (conversation === this.#conversation) {
      this.#reading.stay();
      focusChoice(document.getElementById(`m-${message.id}`), later);
    }
  }

  #grow() {
    const running = this.#conversation.running;
    if (running && this.#view) {
      this.#view.set(running.turn.text);
    }
  }

  async #more() {
    const conversation = this.#conversation;
    const { earlier } = this.#parts;
    if (conversation?.before == null || this.#reads === conversation) {
      return;
    }
    this.#reads = conversation;
    earlier.setAttribute("aria-disabled", "true");
    const error = await conversation.loadEarlier().then(() => null, (reason) => reason);
    if (conversation !== this.#conversation) {
      // Another one is shown, which reads its own pages.
      return;
    }
    this.#reads = null;
    earlier.removeAttribute("aria-disabled");
    if (error !== null) {
      if (this.#sought) {
        this.#reading.keep();
      }
      this.#sought = null;
      this.#left = null;
      this.#deeds.refused(error);
      return;
    }
    this.#pages--;
    if (this.#sought) {
      this.#seek();
    } else if (this.#beginsInView()) {
      // What came may have been superseded, and shows nothing.
      await this.#more();
    }
  }

  #beginsInView() {
    const { earlier, scroll } = this.#parts;
    return !earlier.hidden && earlier.getBoundingClientRect().bottom > scroll.getBoundingClientRect().top - AHEAD;
  }

  #seek() {
    const element = this.#sought && document.getElementById(`m-${this.#sought}`);
    if (element) {
      this.#sought = null;
      this.#left === null ? this.#reveal(element) : this.#reading.hold(element, this.#left.offset);
      this.#left = null;
    } else if (this.#sought && this.#conversation.before !== null && (this.#left === null || this.#pages > 0)) {
      void this.#more();
    } else if (this.#left !== null && this.#items.size > 0) {
      // What stood there is gone.
      this.#left = null;
      this.toEnd();
    }
  }
}

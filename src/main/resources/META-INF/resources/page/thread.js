/** The conversation as it is read: messages, the reply that grows, and where one stands in it. */
import { adaptationNotes, signOf } from "./adaptations.js";
import { button, byId, h } from "./dom.js";
import { holdFocus, isThere, land } from "./focus.js";
import { plural, textOf } from "./format.js";
import { group } from "./groups.js";
import { sends } from "./keys.js";
import { arrange } from "./merge.js";
import { choice, replyFrame, storedReply, toolMessage, userMessage } from "./message.js";
import { Reading } from "./reading.js";
import { ReplyView } from "./reply-view.js";
import { spoken } from "./speech.js";
import { places } from "./storage.js";
import { problemInWords } from "./words.js";

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
  #editing = null;
  /** Where an edit was begun, if not at its message. */
  #began = null;
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
      edit: (message) => this.#edit(message),
      regenerate: () => void this.#conversation.regenerate().catch(deeds.refused),
      link: (message) => `#${this.#conversation.id}/${message.id}`,
    };
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
    this.#editing = null;
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
    conversation.addEventListener("settled", ({ detail }) => this.#conversation === conversation && this.#tell(detail));
    this.render();
  }

  render() {
    const { messages, earlier } = this.#parts;
    const conversation = this.#conversation;
    const items = itemsOf(conversation, this.#editing);
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
  #tell(text) {
    const { settled } = this.#parts;
    const view = [...this.#items.values()].findLast((item) => item.view)?.view;
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
      this.#edit(last);
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
    land(element);
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
    if (known?.sign === item.sign) {
      return known;
    }
    const element = known?.element ?? h("li", {});
    element.className = `message ${item.role}${item.running ? " running" : ""}${item.message?.superseded ? " superseded" : ""}`;
    element.id = item.message?.id ? `m-${item.message.id}` : "";
    element.dataset.message = item.message?.id ?? "";
    item.running ? element.setAttribute("aria-busy", "true") : element.removeAttribute("aria-busy");
    const view = this.#viewOf(item, known);
    arrange(element, this.#inside(item, view, element.querySelector(":scope > .lost")).filter(Boolean));
    return { element, sign: item.sign, view, turn: item.turn };
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
        return item.edited ? [...earlier, this.#form(item.message)] : [...earlier, ...userMessage(item.message, { deeds: this.#deeds, editable: item.editable, choice: this.#choice(item) })];
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
    return same ? shown : h("div", { class: alarming ? "lost alarming" : "lost", role: alarming ? "alert" : null }, h("p", {}, text), button("again", "Try again", this.#deeds.regenerate, { text: true, class: "retry" }));
  }

  /** What an edit has put aside, folded. */
  #earlier({ earlier, versions, at }) {
    const last = at >= versions.length - 1;
    const list = h("ol", {});
    const fold = h("details", { class: "earlier" }, h("summary", {}, last ? "Edited · earlier version" : "Edited · other version"), list);
    fold.addEventListener("toggle", () => {
      if (fold.open && list.childElementCount === 0) {
        list.append(...earlier.flatMap((each) => [each.input, ...each.slots.flatMap((slot) => slot.variants)]).filter(Boolean)
          .map((message) => h("li", { class: `message ${message.role} superseded` }, ...(message.role === "user"
            ? userMessage(message, { deeds: this.#deeds, editable: false }).filter(Boolean)
            : message.role === "tool" ? toolMessage(message)
              : storedReply(message, { deeds: this.#deeds, last: false, spent: null, choice: null })))));
      }
    });
    return fold;
  }

  #choice({ versions, at }) {
    return versions?.length > 1 ? choice(versions, at, (message) => void this.#choose(message)) : null;
  }

  async #choose(message) {
    const conversation = this.#conversation;
    // What is above stays where it is, and so does the place at which another version is shown.
    this.#reading.wait();
    await conversation.choose(message.id).catch(this.#deeds.refused);
    if (conversation === this.#conversation) {
      this.#reading.stay();
      document.getElementById(`m-${message.id}`)?.querySelector(".choice button:not(:disabled)")?.focus();
    }
  }

  #edit(message, changed = null) {
    const began = document.activeElement;
    this.#began = began?.id === "text" ? began : null;
    this.#editing = message.id;
    this.render();
    const text = document.querySelector(".edit-form textarea");
    if (text) {
      text.value = changed ?? text.value;
      text.focus();
      text.setSelectionRange(text.value.length, text.value.length);
    }
  }

  #form(message) {
    const text = h("textarea", { rows: "2", dir: "auto", "aria-label": "Edit the message" });
    text.value = textOf(message.content);
    const end = () => {
      this.#editing = null;
      this.render();
      const back = this.#began ?? this.#items.get(`in:${message.id}`)?.element.querySelector(":scope > .actions .edit");
      if (back && isThere(back)) {
        land(back);
      }
    };
    const form = h("form", { class: "edit-form" }, text, h("div", { class: "row" },
      h("p", { class: "note" }, "The messages after it are replaced, but you can still read them."),
      h("button", { type: "button", on: { click: end } }, "Cancel"), h("button", { type: "submit", class: "main" }, "Send")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const rest = message.content.filter((block) => block.type !== "text");
      const said = text.value.trim();
      if (said === "" && rest.length === 0) {
        return;
      }
      end();
      this.toEnd();
      const conversation = this.#conversation;
      const content = rest.length > 0 ? [...(said ? [{ type: "text", text: said }] : []), ...rest] : said;
      void conversation.say(content, message.id).catch((error) => {
        if (conversation !== this.#conversation) {
          conversation.handBack({ content }, error);
          return;
        }
        this.#deeds.refused(error);
        this.#edit(message, said);
      });
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        end();
      } else if (sends(event)) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    return form;
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

/** What is to be shown, in order; `sign` changes with whatever an item shows. */
function itemsOf(conversation, editing) {
  const { failure } = conversation;
  const running = stillToCome(conversation);
  const groups = group(conversation.messages).filter((each) => each.key !== "edited" || conversation.running !== null);
  const items = [];
  for (const each of groups) {
    if (each.input || each.earlier.length > 0) {
      items.push(inputItem(each, conversation, editing));
    }
    each.slots.forEach((slot, index) => {
      const last = each === groups.at(-1) && index === each.slots.length - 1;
      items.push(last && replacesReply(running, slot) ? runningItem(conversation, slot) : replyItem(slot, conversation, last));
    });
  }
  if (running) {
    const { input } = running;
    if (input && !conversation.messages.some((message) => message.id === input.id)) {
      items.push({ key: "said", role: "user", message: input, editable: false, sign: `said${input.id}` });
    }
    if (!items.some((item) => item.running)) {
      items.push(runningItem(conversation, null, groups.at(-1)));
    }
  } else {
    const lost = lostReply(groups, failure);
    if (lost) {
      items.push({ key: "lost", role: "assistant", lost, sign: lost.text });
    }
  }
  return items;
}

/** The running turn, unless its reply is stored and only its end has not been told yet. */
function stillToCome({ running, messages }) {
  const stored = running !== null && running.turn.id !== null && messages.some((message) => message.role === "assistant" && message.turn === running.turn.id);
  return stored ? null : running;
}

function inputItem({ key, input, earlier, versions, at }, conversation, editing) {
  const edited = input !== null && input.id === editing;
  const editable = input?.role === "user";
  return {
    key: `in:${key}`, role: input?.role ?? "user", message: input ?? { id: "", content: [] }, earlier, editable, edited, versions, at,
    sign: [input?.id, input?.updatedAt, earlier.length, editable, edited, ids(versions), at].join("|"),
  };
}

function ids(messages) {
  return messages.map(({ id }) => id).join();
}

/** Whether the running turn answers again what this slot is the answer to. */
function replacesReply(running, slot) {
  return running !== null && (running.body?.regenerate === true || slot.at < 0)
    && slot.variants.at(-1).turn !== running.turn.id;
}

function runningItem({ running }, slot, lastGroup) {
  const stopping = running.stopping ? ["Stopping …"] : [];
  const sent = running.context ? [sentNote(running.context)] : [];
  const adaptations = running.context?.adaptations ?? [];
  const { userMessage, key: sending } = running.turn;
  // As that of the stored reply will be, which then takes its place.
  const key = slot?.key ?? (userMessage === null ? sending : `${userMessage}/${lastGroup?.key === userMessage ? lastGroup.slots.length : 0}`);
  return { key: `slot:${key}`, role: "assistant", running: true, turn: running.turn, note: stopping.length > 0 ? stopping : sent, adaptations, sign: `running|${running.turn.key}|${running.stopping}|${sent}|${signOf(adaptations)}` };
}

function sentNote({ sent, omitted, model }) {
  return omitted.messages > 0
    ? `${plural(sent.messages, "message")} sent to ${model}, ${omitted.messages} left out`
    : `${plural(sent.messages, "message")} sent to ${model}`;
}

function replyItem(slot, conversation, last) {
  const versions = slot.variants;
  const at = slot.at < 0 ? versions.length - 1 : slot.at;
  const message = versions[at];
  const busy = conversation.running !== null;
  const spent = conversation.spending.get(message.turn);
  const adaptations = conversation.adaptations.get(message.turn) ?? [];
  const broken = last && !busy && ["failed", "interrupted"].includes(message.status);
  const retry = broken ? failureInWords(conversation.failure) ?? (message.status === "interrupted"
    ? "The server stopped in the middle of this reply. The text so far is kept." : "The model failed in the middle of this reply. The text so far is kept.") : null;
  return {
    key: `slot:${slot.key}`, role: "assistant", message, turn: message.turn ?? message.id, versions, at, last, spent, adaptations, retry,
    sign: [message.id, message.updatedAt, message.superseded, ids(versions), at, last, retry, spent?.usage?.inputTokens, spent?.cost?.amount, signOf(adaptations)].join("|"),
  };
}

/** What is said where an input has got no reply at all, and whether that is a failure; null where nothing is amiss. */
function lostReply(groups, failure) {
  const last = groups.at(-1);
  if (!last || last.input?.role !== "user" || last.slots.some((slot) => slot.at >= 0)) {
    return null;
  }
  const failed = failureInWords(failure);
  return { text: failed ?? "This message has no reply.", failed: failed !== undefined };
}

function failureInWords(failure) {
  return failure?.problem ? problemInWords(failure.problem) : undefined;
}

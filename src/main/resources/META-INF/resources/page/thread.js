/** The conversation as it is read: messages, the reply that grows, and where one stands in it. */
import { button, byId, h } from "./dom.js";
import { plural, textOf } from "./format.js";
import { group } from "./groups.js";
import { choice, replyFrame, storedReply, toolMessage, userMessage } from "./message.js";
import { ReplyView } from "./reply-view.js";
import { problemInWords } from "./words.js";

/** Pixels above the end within which the view stays at the end. */
const NEAR = 80;
/** Pixels before the beginning comes into view at which earlier messages are read. */
const AHEAD = 400;

export class Thread {
  #parts = byId("scroll", "messages", "earlier", "empty", "latest", "settled");
  #conversation = null;
  #deeds;
  #items = new Map();
  #chosen = new Map();
  #view = null;
  #pinned = true;
  #editing = null;
  #sought = null;
  #told = "";

  /** @param {object} deeds What is done elsewhere: `fork(message)`, `refused(error)`. */
  constructor(deeds) {
    this.#deeds = {
      ...deeds,
      edit: (message) => this.#edit(message),
      regenerate: () => {
        this.#chosen.clear();
        void this.#conversation.regenerate().catch(deeds.refused);
      },
      link: (message) => `#${this.#conversation.id}/${message.id}`,
    };
    const { scroll, earlier, latest, messages } = this.#parts;
    scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    latest.addEventListener("click", () => this.toEnd());
    earlier.addEventListener("click", () => void this.#more());
    new IntersectionObserver(([seen]) => seen.isIntersecting && void this.#more(), { root: scroll, rootMargin: `${AHEAD}px` }).observe(earlier);
    // Formulas, pictures and a keyboard that opens change heights without a word.
    new ResizeObserver(() => this.#stay()).observe(messages);
    new ResizeObserver(() => this.#stay()).observe(scroll);
  }

  /** Shows another conversation; `message` is one to begin at. */
  open(conversation, message = null) {
    this.#conversation = conversation;
    this.#items.clear();
    this.#chosen.clear();
    this.#view = null;
    this.#editing = null;
    this.#pinned = message === null;
    this.#sought = message;
    this.#parts.messages.replaceChildren();
    this.#parts.settled.textContent = "";
    conversation.addEventListener("change", () => this.#conversation === conversation && this.render());
    conversation.addEventListener("progress", () => this.#conversation === conversation && this.#grow());
    // Read aloud once it is whole, not token by token.
    conversation.addEventListener("settled", ({ detail }) => (this.#parts.settled.textContent = detail));
    this.render();
  }

  render() {
    const { messages, earlier } = this.#parts;
    const conversation = this.#conversation;
    const items = itemsOf(conversation, this.#chosen, this.#editing);
    const fresh = new Map();
    const top = messages.firstElementChild;
    const height = this.#parts.scroll.scrollHeight;
    let before = null;
    for (const item of items) {
      const shown = this.#item(item);
      fresh.set(item.key, shown);
      if (before ? before.nextSibling !== shown.element : messages.firstChild !== shown.element) {
        before ? before.after(shown.element) : messages.prepend(shown.element);
      }
      before = shown.element;
    }
    for (const [key, { element }] of this.#items) {
      if (!fresh.has(key)) {
        element.remove();
      }
    }
    this.#items = fresh;
    // What cannot be done while a reply is under way is hidden by style: drawing all messages anew would be felt.
    messages.classList.toggle("busy", conversation.running !== null);
    earlier.hidden = conversation.before === null;
    if (top && messages.firstElementChild !== top && !this.#pinned) {
      this.#parts.scroll.scrollTop += this.#parts.scroll.scrollHeight - height;
    }
    this.#parts.empty.hidden = items.length > 0 || (conversation.id !== null && conversation.settings.id === undefined);
    this.#grow();
    this.#seek();
    this.#stay();
  }

  toEnd() {
    this.#pinned = true;
    this.#stay();
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
    this.#seek();
    return this.#sought === null;
  }

  #reveal(element) {
    this.#pinned = false;
    // What is far away has only a supposed height: with what comes into view the place of the message changes.
    const look = (times) => {
      element.scrollIntoView({ block: "center" });
      if (times > 0) {
        requestAnimationFrame(() => look(times - 1));
      }
    };
    look(3);
    element.classList.remove("sought");
    void element.offsetWidth;
    element.classList.add("sought");
  }

  /** Looks no longer for the message that the address names. */
  giveUp() {
    this.#sought = null;
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
    element.replaceChildren(...this.#inside(item).filter(Boolean));
    return { element, sign: item.sign };
  }

  #inside(item) {
    const earlier = item.earlier?.length > 0 ? [this.#earlier(item)] : [];
    if (item.running) {
      const { text, foot, parts } = replyFrame();
      this.#view = new ReplyView(text, () => this.#stay());
      foot.append(h("p", { class: "note" }, ...item.note));
      return [...earlier, ...parts];
    }
    if (item.lost) {
      return [this.#failed(item.lost.text, item.lost.failed)];
    }
    switch (item.role) {
      case "tool":
        return toolMessage(item.message);
      case "user":
        return item.edited ? [...earlier, this.#form(item.message)] : [...earlier, ...userMessage(item.message, { deeds: this.#deeds, editable: item.editable })];
      default:
        return [...earlier, ...storedReply(item.message, {
          deeds: this.#deeds, last: item.last, spent: item.spent,
          choice: item.variants > 1 ? choice(item.at, item.variants, (at) => this.#choose(item.key, at)) : null,
        }), ...(item.retry ? [this.#failed(item.retry)] : [])];
    }
  }

  #failed(text, alarming = true) {
    return h("div", { class: alarming ? "lost alarming" : "lost" }, h("p", {}, text), button("again", "Try again", this.#deeds.regenerate, { text: true, class: "retry" }));
  }

  /** What an edit has put aside, folded. */
  #earlier({ earlier }) {
    const list = h("ol", {});
    const fold = h("details", { class: "earlier" }, h("summary", {}, "Edited · earlier version"), list);
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

  #choose(key, at) {
    this.#chosen.set(key, at);
    this.render();
    this.#items.get(key)?.element.querySelector(".choice button:not(:disabled)")?.focus();
  }

  #edit(message, changed = null) {
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
      void this.#conversation.say(rest.length > 0 ? [...(said ? [{ type: "text", text: said }] : []), ...rest] : said, message.id)
        .catch((error) => {
          this.#deeds.refused(error);
          this.#edit(message, said);
        });
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        end();
      } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
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
    if (conversation?.before == null || earlier.disabled) {
      return;
    }
    earlier.disabled = true;
    try {
      await conversation.loadEarlier();
    } catch (error) {
      this.#sought = null;
      this.#deeds.refused(error);
      return;
    } finally {
      earlier.disabled = false;
    }
    if (this.#sought) {
      this.#seek();
    } else if (conversation === this.#conversation && this.#beginsInView()) {
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
      this.#reveal(element);
    } else if (this.#sought && this.#conversation.before !== null) {
      void this.#more();
    }
  }

  #scrolled() {
    const { scroll, latest } = this.#parts;
    const below = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
    this.#pinned = below < NEAR;
    latest.hidden = this.#pinned;
  }

  #stay() {
    const { scroll, latest } = this.#parts;
    if (this.#pinned) {
      scroll.scrollTop = scroll.scrollHeight;
      latest.hidden = true;
    }
  }
}

/** What is to be shown, in order; `sign` changes with whatever an item shows. */
function itemsOf(conversation, chosen, editing) {
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
      items.push(last && replacesReply(running, slot) ? runningItem(conversation, slot) : replyItem(slot, conversation, chosen, last));
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

function inputItem({ key, input, earlier }, conversation, editing) {
  const edited = input !== null && input.id === editing;
  const editable = input?.role === "user";
  return {
    key: `in:${key}`, role: input?.role ?? "user", message: input ?? { id: "", content: [] }, earlier, editable, edited,
    sign: [input?.id, input?.updatedAt, earlier.length, editable, edited].join("|"),
  };
}

/** Whether the running turn answers again what this slot is the answer to. */
function replacesReply(running, slot) {
  return running !== null && (running.body?.regenerate === true || slot.variants.at(-1).superseded === true)
    && slot.variants.at(-1).turn !== running.turn.id;
}

function runningItem({ running }, slot, lastGroup) {
  const stopping = running.stopping ? ["Stopping …"] : [];
  const sent = running.context ? [sentNote(running.context)] : [];
  const { userMessage, key: sending } = running.turn;
  // As that of the stored reply will be, which then takes its place.
  const key = slot?.key ?? (userMessage === null ? sending : `${userMessage}/${lastGroup?.key === userMessage ? lastGroup.slots.length : 0}`);
  return { key: `slot:${key}`, role: "assistant", running: true, note: stopping.length > 0 ? stopping : sent, sign: `running|${running.turn.key}|${running.stopping}|${sent}` };
}

function sentNote({ sent, omitted, model }) {
  return omitted.messages > 0
    ? `${plural(sent.messages, "message")} sent to ${model}, ${omitted.messages} left out`
    : `${plural(sent.messages, "message")} sent to ${model}`;
}

function replyItem(slot, conversation, chosen, last) {
  const variants = slot.variants.length;
  const at = Math.min(chosen.get(`slot:${slot.key}`) ?? variants - 1, variants - 1);
  const message = slot.variants[at];
  const busy = conversation.running !== null;
  const spent = conversation.spending.get(message.turn);
  const broken = last && !busy && at === variants - 1 && ["failed", "interrupted"].includes(message.status);
  const retry = broken ? failureInWords(conversation.failure) ?? (message.status === "interrupted"
    ? "The server stopped in the middle of this reply. The text so far is kept." : "The model failed in the middle of this reply. The text so far is kept.") : null;
  return {
    key: `slot:${slot.key}`, role: "assistant", message, variants, at, last, spent, retry,
    sign: [message.id, message.updatedAt, message.superseded, variants, at, last, retry, spent?.usage?.inputTokens, spent?.cost?.amount].join("|"),
  };
}

/** What is said where an input has got no reply at all, and whether that is a failure; null where nothing is amiss. */
function lostReply(groups, failure) {
  const last = groups.at(-1);
  if (!last || last.input?.role !== "user" || last.slots.some((slot) => slot.variants.some((reply) => !reply.superseded))) {
    return null;
  }
  const failed = failureInWords(failure);
  return { text: failed ?? "This message has no reply.", failed: failed !== undefined };
}

function failureInWords(failure) {
  return failure?.problem ? problemInWords(failure.problem) : undefined;
}

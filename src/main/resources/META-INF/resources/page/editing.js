/**
 * The forms in which messages are edited. A form keeps its text until it is sent or cancelled, whatever changes around it and
 * whichever conversation is shown in the meantime.
 */
import { h } from "./dom.js";
import { isThere, isWriting, land } from "./focus.js";
import { textOf } from "./format.js";
import { sends } from "./keys.js";

/** Forms that are kept; with more, the oldest is dropped. */
const MOST = 50;

/**
 * @typedef {object} Edit
 * @property {any} message The version whose text was taken.
 * @property {string} replaces The id of the version of it that counts by now.
 * @property {HTMLFormElement} form
 * @property {HTMLTextAreaElement} field
 * @property {HTMLElement | null} began Where the edit was begun, if not at its message.
 */

export class Editing {
  #page;
  /** What is edited, by the id of the conversation; and all that is kept, by conversation and message. */
  #shown = new Map();
  #kept = new Map();

  /**
   * @param {object} page `conversation()`: the one that is shown; `changed()`: the form comes or goes; `sent()`; `refused(error)`;
   *   `editButton(edit)`: the button that begins the edit, if it is there.
   */
  constructor(page) {
    this.#page = page;
  }

  /** What is edited in the conversation that is shown. @returns {Edit | null} */
  get current() {
    return this.#shown.get(this.#page.conversation().id) ?? null;
  }

  /** The form of an edit. @param {Edit} edit @param {any} message The version of the edited message that counts by now. */
  formOf(edit, message) {
    edit.replaces = message.id;
    return edit.form;
  }

  /** Puts a message into a form, which has what was written in it before. */
  begin(message) {
    const { id } = this.#page.conversation();
    const key = `${id}/${message.id}`;
    const edit = this.#kept.get(key) ?? this.#made(key, message);
    const began = document.activeElement;
    edit.began = began?.id === "text" ? began : null;
    this.#kept.set(key, edit);
    this.#shown.set(id, edit);
    this.#bound();
    this.#show(edit);
  }

  #show({ form, field }) {
    this.#page.changed();
    if (form.isConnected) {
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    }
  }

  #bound() {
    for (const [key, oldest] of this.#kept) {
      if (this.#kept.size <= MOST) {
        return;
      }
      this.#kept.delete(key);
      this.#shown.forEach((edit, id) => edit === oldest && this.#shown.delete(id));
    }
  }

  #made(key, message) {
    const field = h("textarea", { rows: "2", dir: "auto", "aria-label": "Edit the message" });
    field.value = textOf(message.content);
    const cancel = () => {
      this.#kept.delete(key);
      this.#leave(edit);
    };
    const form = h("form", { class: "edit-form" }, field, h("div", { class: "row" },
      h("p", { class: "note" }, "The messages after it are replaced, but you can still read them."),
      h("button", { type: "button", on: { click: cancel } }, "Cancel"), h("button", { type: "submit", class: "main" }, "Send")));
    const edit = { message, replaces: message.id, form, field, began: null };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#send(key, edit);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        cancel();
      } else if (sends(event)) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    return edit;
  }

  #leave(edit) {
    this.#shown.delete(this.#page.conversation().id);
    this.#page.changed();
    const back = edit.began ?? this.#page.editButton(edit);
    if (back && isThere(back)) {
      land(back);
    }
  }

  async #send(key, edit) {
    const conversation = this.#page.conversation();
    const rest = edit.message.content.filter((block) => block.type !== "text");
    const text = edit.field.value.trim();
    if (text === "" && rest.length === 0) {
      return;
    }
    this.#leave(edit);
    this.#page.sent();
    try {
      await conversation.say(rest.length > 0 ? [...(text ? [{ type: "text", text }] : []), ...rest] : text, edit.replaces);
      this.#kept.delete(key);
    } catch (error) {
      this.#giveBack(conversation, edit, error);
    }
  }

  /** Shows a form again whose text could not be sent; a reader who writes elsewhere by now goes on there. */
  #giveBack({ id }, edit, error) {
    this.#shown.set(id, edit);
    if (this.#page.conversation().id !== id) {
      return;
    }
    this.#page.refused(error);
    isWriting() ? this.#page.changed() : this.#show(edit);
  }
}

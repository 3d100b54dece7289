/** The settings of a conversation: what the model is told each time, and how its context is chosen. */
import { SettingsForm } from "./settings-form.js";

export class Settings {
  #page;
  #body = null;
  #conversation = null;
  /** What is said about settings that have just been saved. */
  #status = "";
  /**
   * Forms with changes that are not saved, also of conversations that are not shown.
   * @type {{conversation: any, form: SettingsForm}[]}
   */
  #unsaved = [];

  /** @param {object} page `refused(error)`, `unsaved(any)`. */
  constructor(page) {
    this.#page = page;
    addEventListener("beforeunload", (event) => {
      // A page that lets go of its owner has taken all of its parts away, and asks nothing.
      if (this.#unsaved.length > 0 && document.getElementById("panel") !== null) {
        event.preventDefault();
      }
    });
  }

  open(body, conversation) {
    this.#body = body;
    this.#conversation = conversation;
    this.#status = "";
    const kept = this.#kept();
    if (kept === undefined) {
      this.#draw();
      return;
    }
    // What was written before is there again.
    kept.conversation = conversation;
    body.replaceChildren(kept.form.element);
  }

  close() {
  }

  /** Shows what others have changed, unless something has been changed here that is not saved. */
  changed(what) {
    if (what === "settings" && this.#kept() === undefined) {
      this.#draw();
    }
  }

  /** Nothing of this conversation can be saved any more. */
  forget(id) {
    this.#keepOnly(({ conversation }) => conversation.id !== id);
  }

  /** What is not saved of the conversation that is shown. It may have got its id since. */
  #kept() {
    return this.#unsaved.find(({ conversation }) => conversation.id === this.#conversation.id);
  }

  #keepOnly(wanted) {
    this.#unsaved = this.#unsaved.filter(wanted);
    this.#page.unsaved(this.#unsaved.length > 0);
  }

  #touch(form) {
    if (this.#kept() === undefined) {
      this.#unsaved.push({ conversation: this.#conversation, form });
      this.#page.unsaved(true);
    }
    this.#status = "";
    form.showUnsaved();
  }

  #discard() {
    this.forget(this.#conversation.id);
    this.#status = "";
    this.#draw();
    this.#body.querySelector("textarea")?.focus();
  }

  #draw() {
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.id : "";
    // The feed tells of one's own change too, and what is drawn anew then still says that it is saved.
    const form = new SettingsForm(this.#conversation.settings, this.#status, {
      touched: () => this.#touch(form), save: () => void this.#save(form), discard: () => this.#discard(),
    });
    this.#body.replaceChildren(form.element);
    if (focused) {
      document.getElementById(focused)?.focus();
    }
  }

  async #save(form) {
    const conversation = this.#conversation;
    const written = form.written();
    form.clearProblems();
    try {
      await conversation.change(form.changes(written));
      if (form.stored(written)) {
        this.#keepOnly((each) => each.form !== form);
        this.#showSaved(form, conversation);
      }
    } catch (error) {
      form.showUnsaved();
      if (!form.showProblems(error) && conversation.id === this.#conversation.id) {
        this.#page.refused(error);
      }
    }
  }

  #showSaved(form, conversation) {
    if (form.element.isConnected) {
      this.#status = conversation.id === null ? "Kept for the first message." : "Saved. The settings take effect with the next turn.";
      this.#draw();
    }
  }
}

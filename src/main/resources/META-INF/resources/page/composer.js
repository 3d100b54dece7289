/** Where one writes: text, pictures, the model, send and stop. */
import { byId, draw, h } from "./dom.js";
import { Drafts } from "./drafts.js";
import { joined, textOf } from "./format.js";
import { isTouch, sends } from "./keys.js";
import { Pictures } from "./pictures.js";
import { keep } from "./storage.js";

export class Composer {
  #parts = byId("composer", "text", "pictures", "attach", "files", "model", "send", "stop", "dropzone", "stage");
  #pictures;
  #models;
  #actions;
  #conversation = null;
  #saying = false;
  #drafts = new Drafts();

  /**
   * @param {import("./models.js").Models} models
   * @param {object} actions `said()`, `refused(error)`, `complain(text)`, `editLast()`, `drafted()`, `read(url)`, which reads a stored picture.
   */
  constructor(models, actions) {
    this.#models = models;
    this.#actions = actions;
    const { composer, text, attach, files, model, send, stop } = this.#parts;
    this.#pictures = new Pictures(this.#parts.pictures, {
      changed: () => this.#refresh(), complain: actions.complain, limits: () => models.pictures(), read: actions.read,
    });
    attach.append(draw("picture"));
    send.append(draw("send"), h("span", { class: "unseen" }, "Send"));
    stop.append(draw("stop"), h("span", {}, "Stop"));
    text.enterKeyHint = isTouch() ? "enter" : "send";
    composer.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#say();
    });
    text.addEventListener("keydown", (event) => this.#key(event));
    text.addEventListener("input", () => this.#typed());
    attach.addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      this.#pictures.add([...files.files]);
      files.value = "";
    });
    model.addEventListener("change", () => void this.#pick(model.value));
    stop.addEventListener("click", () => void this.#conversation.stop());
    this.#takePictures();
  }

  /** Writes to another conversation. */
  open(conversation) {
    const { text, model } = this.#parts;
    if (this.#conversation !== null) {
      this.#drafts.leave(this.#conversation, text.value, this.#pictures.take());
    }
    this.#conversation = conversation;
    this.#drafts.takePictures(conversation).forEach((taken) => taken.restore());
    text.value = this.#drafts.text(conversation);
    this.#models.fill(model, conversation.intended.model ?? "");
    conversation.addEventListener("born", () => this.#drafts.created(conversation, this.#conversation === conversation ? text.value : null));
    for (const event of ["change", "settings", "born"]) {
      conversation.addEventListener(event, () => this.#conversation === conversation && this.#refresh());
    }
    conversation.addEventListener("unsent", ({ detail: { body: { content } } }) => {
      if (content !== undefined) {
        this.#giveBack(conversation, typeof content === "string" ? content : textOf(content), this.#pictures.of(typeof content === "string" ? [] : content));
      }
    });
    this.#refresh();
  }

  /** Shows what was being written here, once it is known whose it is. */
  recall() {
    this.#drafts.recover();
    const { text } = this.#parts;
    const kept = this.#drafts.text(this.#conversation);
    if (kept !== "") {
      text.value = joined(kept, text.value);
    }
    this.#drafts.write(this.#conversation, text.value);
    this.#refresh();
  }

  /** Offers the models, once they are known. */
  offer() {
    this.#models.fill(this.#parts.model, this.#conversation.intended.model ?? "");
    this.#refresh();
  }

  /** What would be said, for a look at its context. */
  draft() {
    return this.#parts.text.value.trim();
  }

  /** Puts the cursor where one writes; not on a phone, where the keyboard would cover the conversation. */
  focus() {
    if (!isTouch()) {
      this.#parts.text.focus();
    }
  }

  /** Puts a text there. */
  write(text) {
    this.#parts.text.value = text;
    this.#typed();
    this.#parts.text.focus();
  }

  async #pick(model) {
    const conversation = this.#conversation;
    const changed = conversation.change({ model: model || null });
    this.#refresh();
    try {
      await changed;
      // A new conversation begins with what was picked last.
      keep("model", model);
    } catch (error) {
      if (this.#shows(conversation)) {
        this.#actions.refused(error);
      }
    }
  }

  #key(event) {
    if (sends(event)) {
      event.preventDefault();
      this.#parts.composer.requestSubmit();
    } else if (event.key === "Escape" && this.#conversation.running) {
      event.preventDefault();
      void this.#conversation.stop();
    } else if (event.key === "ArrowUp" && this.#parts.text.value === "") {
      event.preventDefault();
      this.#actions.editLast();
    }
  }

  #typed() {
    this.#drafts.write(this.#conversation, this.#parts.text.value);
    this.#refresh();
    this.#actions.drafted();
  }

  async #say() {
    const conversation = this.#conversation;
    const text = this.draft();
    if (this.#saying || conversation.running || (text === "" && !this.#pictures.any) || this.#pictures.problem !== "") {
      return;
    }
    this.#saying = true;
    const taken = this.#pictures.take();
    const held = this.#drafts.hold(conversation, text);
    this.#parts.text.value = "";
    this.#actions.said();
    try {
      const blocks = await taken.blocks().finally(() => (this.#saying = false));
      if (text !== "" || blocks.length > 0) {
        await this.#sayTo(conversation, text, blocks, held);
      }
      taken.forget();
    } catch (error) {
      this.#giveBack(conversation, text, taken);
      if (this.#shows(conversation)) {
        this.#actions.refused(error);
      }
    } finally {
      held.release();
    }
  }

  async #sayTo(conversation, text, blocks, held) {
    const creating = conversation.id === null;
    const said = conversation.say(blocks.length === 0 ? text : [...(text ? [{ type: "text", text }] : []), ...blocks]);
    // From now on the conversation keeps what is said, or from its creation on.
    creating ? conversation.addEventListener("born", held.release, { once: true }) : held.release();
    this.#refresh();
    await said;
  }

  /** Whether what is said in a conversation, or could not be said in one that was not created, belongs to the one that is shown. */
  #shows(conversation) {
    return this.#conversation.id === conversation.id;
  }

  /** Gives back what could not be said, before what has been written since. */
  #giveBack(conversation, text, pictures) {
    const all = joined(text, conversation.id === null ? this.#drafts.notCreated(conversation) : "");
    // The words of one that is gone are for a new one.
    const place = conversation.gone ? { id: null } : conversation;
    if (this.#shows(place)) {
      this.write(joined(all, this.#parts.text.value));
      this.#drafts.takePictures(place).forEach((taken) => taken.restore());
      pictures.restore();
    } else {
      this.#drafts.add(place, all, pictures);
    }
  }

  /** Takes over what was being written in a conversation that is gone. */
  inherit(id) {
    const pictures = this.#drafts.takePictures({ id });
    const text = this.#drafts.text({ id });
    this.forget(id);
    if (text !== "") {
      this.write(joined(this.#parts.text.value, text));
    }
    pictures.forEach((taken) => taken.restore());
  }

  /** Forgets what is kept of a conversation that was erased. */
  forget(id) {
    this.#drafts.forget(id);
  }

  #refresh() {
    const { text, send, stop, model, attach } = this.#parts;
    const { running, settings, intended } = this.#conversation;
    const chosen = intended.model ?? "";
    // As long as the settings of a stored conversation are not read, its model is not known.
    const known = this.#conversation.id === null || settings.id !== undefined;
    this.#pictures.setBlindModel(!known || this.#models.sees(chosen) ? null : this.#models.find(chosen).id);
    // A disabled button would lose the focus.
    send.setAttribute("aria-disabled", String((text.value.trim() === "" && !this.#pictures.any) || this.#pictures.problem !== ""));
    stop.setAttribute("aria-disabled", String(running?.stopping === true));
    this.#swap(running !== null);
    if (model.value !== chosen) {
      this.#models.fill(model, chosen);
    }
    attach.hidden = !this.#models.sees(chosen);
  }

  /** Shows Stop in the place of Send, or Send again. */
  #swap(running) {
    const { send, stop } = this.#parts;
    const [shown, gone] = running ? [stop, send] : [send, stop];
    const focused = document.activeElement === gone;
    shown.hidden = false;
    gone.hidden = true;
    if (focused) {
      // With a keyboard at hand the next word is written; a key pressed too late must not stop the reply.
      (isTouch() ? shown : this.#parts.text).focus();
    }
  }

  #takePictures() {
    const { text, stage, dropzone } = this.#parts;
    text.addEventListener("paste", (event) => {
      const files = filesIn(event.clipboardData);
      if (files.length > 0) {
        event.preventDefault();
        this.#pictures.add(files);
      }
    });
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    stage.addEventListener("dragover", (event) => {
      if (carries(event)) {
        event.preventDefault();
        dropzone.hidden = false;
      }
    });
    stage.addEventListener("dragleave", (event) => {
      if (!stage.contains(event.relatedTarget)) {
        dropzone.hidden = true;
      }
    });
    stage.addEventListener("drop", (event) => {
      dropzone.hidden = true;
      if (carries(event)) {
        event.preventDefault();
        this.#pictures.add([...event.dataTransfer.files]);
      }
    });
  }
}

/**
 * The files of the clipboard, unless they only picture a text: cells of a spreadsheet come as text and as a picture of it. Where
 * files are copied, the text is their names.
 */
function filesIn(clipboard) {
  const files = [...clipboard.files];
  const text = clipboard.getData("text/plain").trim();
  const names = files.map((file) => file.name);
  const named = text.split(/[\r\n]+/).every((line) => names.some((name) => name !== "" && line.trim().endsWith(name)));
  return text === "" || (named && !clipboard.types.includes("text/html")) ? files : [];
}

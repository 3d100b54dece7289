/** Where one writes: text, pictures, the model, send and stop. */
import { byId, draw, h } from "./dom.js";
import { textOf } from "./format.js";
import { isTouch, sends } from "./keys.js";
import { Pictures } from "./pictures.js";
import { drafts, keep } from "./storage.js";

export class Composer {
  #parts = byId("composer", "text", "pictures", "attach", "files", "model", "send", "stop", "dropzone", "stage");
  #pictures;
  #models;
  #deeds;
  #conversation = null;
  #saying = false;
  /** Pictures that wait in conversations that are not shown. */
  #laid = new Map();

  /**
   * @param {import("./models.js").Models} models
   * @param {object} deeds `said()`, `refused(error)`, `complain(text)`, `editLast()`, `drafted()`, `read(url)`, which reads a stored picture.
   */
  constructor(models, deeds) {
    this.#models = models;
    this.#deeds = deeds;
    const { composer, text, attach, files, model, send, stop } = this.#parts;
    this.#pictures = new Pictures(this.#parts.pictures, {
      changed: () => this.#refresh(), complain: deeds.complain, limits: () => models.pictures(), read: deeds.read,
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
    model.addEventListener("change", () => {
      // A new conversation begins with what was picked last.
      keep("model", model.value);
      void this.#conversation.change({ model: model.value || null }).catch(deeds.refused);
    });
    stop.addEventListener("click", () => void this.#conversation.stop());
    this.#takePictures();
  }

  /** Writes to another conversation. */
  open(conversation) {
    if (this.#conversation !== null) {
      this.#layDown(this.#conversation, this.#pictures.take());
    }
    this.#conversation = conversation;
    this.#laid.get(conversation.id)?.forEach((taken) => taken.restore());
    this.#laid.delete(conversation.id);
    this.#parts.text.value = drafts.get(conversation.id);
    this.#models.fill(this.#parts.model, conversation.settings.model ?? "");
    for (const event of ["change", "settings", "born"]) {
      conversation.addEventListener(event, () => this.#conversation === conversation && this.#refresh());
    }
    conversation.addEventListener("unsent", ({ detail }) => {
      if (this.#conversation === conversation && detail.body.content !== undefined) {
        const { content } = detail.body;
        this.#restore(typeof content === "string" ? content : textOf(content));
        this.#pictures.giveBack(typeof content === "string" ? [] : content);
      }
    });
    this.#refresh();
  }

  /** Shows what was being written here, once it is known whose it is. */
  recall() {
    const { text } = this.#parts;
    if (text.value === "") {
      text.value = drafts.get(this.#conversation.id);
      this.#refresh();
    } else {
      drafts.set(this.#conversation.id, text.value);
    }
  }

  /** Offers the models, once they are known. */
  offer() {
    this.#models.fill(this.#parts.model, this.#conversation.settings.model ?? "");
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

  #key(event) {
    if (sends(event)) {
      event.preventDefault();
      this.#parts.composer.requestSubmit();
    } else if (event.key === "Escape" && this.#conversation.running) {
      event.preventDefault();
      void this.#conversation.stop();
    } else if (event.key === "ArrowUp" && this.#parts.text.value === "") {
      event.preventDefault();
      this.#deeds.editLast();
    }
  }

  #typed() {
    drafts.set(this.#conversation.id, this.#parts.text.value);
    this.#refresh();
    this.#deeds.drafted();
  }

  async #say() {
    const conversation = this.#conversation;
    const text = this.draft();
    if (this.#saying || conversation.running || (text === "" && !this.#pictures.any) || this.#pictures.problem !== "") {
      return;
    }
    this.#saying = true;
    const taken = this.#pictures.take();
    this.#parts.text.value = "";
    this.#deeds.said();
    try {
      const blocks = await taken.blocks().finally(() => (this.#saying = false));
      if (text !== "" || blocks.length > 0) {
        await this.#sayTo(conversation, text, blocks);
      }
      taken.forget();
    } catch (error) {
      drafts.set(conversation.id, text);
      if (this.#conversation === conversation) {
        this.#restore(text);
        taken.restore();
      } else {
        this.#layDown(conversation, taken);
      }
      this.#deeds.refused(error);
    }
  }

  async #sayTo(conversation, text, blocks) {
    if (conversation.id === null) {
      // Until the conversation is there nothing else keeps what was said.
      conversation.addEventListener("born", () => drafts.set(null, ""), { once: true });
    } else {
      drafts.set(conversation.id, "");
    }
    this.#refresh();
    await conversation.say(blocks.length === 0 ? text : [...(text ? [{ type: "text", text }] : []), ...blocks]);
  }

  /** Keeps pictures of a conversation that is not shown. */
  #layDown(conversation, taken) {
    this.#laid.set(conversation.id, [...(this.#laid.get(conversation.id) ?? []), taken]);
  }

  /** Gives back what could not be said, before what has been written since. */
  #restore(text) {
    const since = this.#parts.text.value;
    this.write(since === "" || since === text ? text : `${text}\n${since}`);
  }

  #refresh() {
    const { text, send, stop, model, attach } = this.#parts;
    const { running, settings } = this.#conversation;
    // As long as the settings of a stored conversation are not read, its model is not known.
    const known = this.#conversation.id === null || settings.id !== undefined;
    this.#pictures.judge(!known || this.#models.sees(settings.model) ? null : this.#models.find(settings.model).id);
    // A disabled button would lose the focus.
    send.setAttribute("aria-disabled", String((text.value.trim() === "" && !this.#pictures.any) || this.#pictures.problem !== ""));
    stop.setAttribute("aria-disabled", String(running?.stopping === true));
    this.#swap(running !== null);
    if (model.value !== (settings.model ?? "")) {
      this.#models.fill(model, settings.model ?? "");
    }
    attach.hidden = !this.#models.sees(settings.model);
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

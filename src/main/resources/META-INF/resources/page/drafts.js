/** What is being written in conversations that are not shown: texts, which outlive the page, and pictures, which do not. */
import { joined } from "./format.js";
import { drafts, forget } from "./storage.js";

export class Drafts {
  /** Pictures by the id of their conversation; by the conversation itself while it is being created, by null before that. */
  #pictures = new Map();
  /** What was being written in conversations that were left while they were being created. */
  #leftAtCreation = new Map();

  /** What is being written in a conversation. */
  text(conversation) {
    return drafts.get(conversation.id);
  }

  /** Keeps a text as it is being written. */
  write(conversation, text) {
    drafts.set(conversation.id, text);
  }

  /** Keeps the text of a message that is being sent until `release` is called; a page that ends before that gives it back. */
  hold(conversation, text) {
    drafts.set(conversation.id, "");
    return drafts.hold(conversation.id, text);
  }

  /** Takes over what earlier pages could not send. */
  recover() {
    drafts.recover();
  }

  /** The pictures that wait in a conversation, which has to take them. */
  takePictures(conversation) {
    const waiting = this.#pictures.get(conversation.id) ?? [];
    this.#pictures.delete(conversation.id);
    return waiting;
  }

  /** Another conversation is shown from now on; until then this was in the composer. */
  leave(conversation, text, pictures) {
    const creating = conversation.id === null && conversation.running !== null;
    this.#addPictures(creating ? conversation : conversation.id, pictures);
    if (creating) {
      // The next new conversation begins with nothing.
      this.#leftAtCreation.set(conversation, { text, held: this.hold(conversation, text) });
    }
  }

  /**
   * A conversation has been created.
   * @param {any} conversation
   * @param {string | null} written What the composer holds, null where another conversation is shown.
   */
  created(conversation, written) {
    const left = this.#leftAtCreation.get(conversation);
    if (written !== null) {
      drafts.set(null, "");
    }
    if (written !== null || left !== undefined) {
      drafts.set(conversation.id, written ?? left.text);
    }
    this.#settle(conversation, conversation.id);
  }

  /** A conversation could not be created. @returns {string} What was being written in it when it was left. */
  notCreated(conversation) {
    const text = this.#leftAtCreation.get(conversation)?.text ?? "";
    this.#settle(conversation, null);
    return text;
  }

  #settle(conversation, id) {
    this.#leftAtCreation.get(conversation)?.held.release();
    this.#leftAtCreation.delete(conversation);
    this.#pictures.get(conversation)?.forEach((pictures) => this.#addPictures(id, pictures));
    this.#pictures.delete(conversation);
  }

  /** Keeps what could not be sent in a conversation that is not shown, before what is being written there. */
  add(conversation, text, pictures) {
    drafts.set(conversation.id, joined(text, drafts.get(conversation.id)));
    this.#addPictures(conversation.id, pictures);
  }

  /** Forgets what is being written in a conversation that is gone. */
  forget(id) {
    this.takePictures({ id }).forEach((pictures) => pictures.forget());
    forget(id);
  }

  #addPictures(key, pictures) {
    if (pictures !== null && pictures.any) {
      this.#pictures.set(key, [...(this.#pictures.get(key) ?? []), pictures]);
    }
  }
}

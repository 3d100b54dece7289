/** Pictures that go with the next message: taken from the clipboard, from a drop or from files. */
import { button, byId, h } from "./dom.js";
import { plural } from "./format.js";
import { PictureBatch } from "./picture-batch.js";
import { prepare } from "./picture-files.js";
import { base64Length, sizesSent, sizeNote } from "./picture-sizes.js";
import { inWords } from "./words.js";

/** So many bytes of a request are left for the text. */
const FOR_TEXT = 1024 * 1024;
/** So many sentences about files that cannot be sent are read at once. */
const MOST_COMPLAINTS = 3;

export class Pictures {
  #list;
  #note = h("p", { class: "pictures-note", role: "status" });
  #actions;
  #batch = new PictureBatch();
  /** The name of a model that takes no pictures, while that one is chosen. */
  #blind = null;
  #limits = null;

  /**
   * @param {HTMLElement} list
   * @param {{changed: () => void, complain: (text: string) => void, limits: () => Promise<any>}} actions `limits` gives
   *   `pictures` of any model that has some, see the OpenAPI.
   */
  constructor(list, actions) {
    this.#list = list;
    this.#actions = actions;
    list.after(this.#note);
  }

  /** Whether there are any, or will be in a moment. */
  get any() {
    return this.#batch.any;
  }

  /** Why they cannot be sent as they are; empty where they can. */
  get problem() {
    const { items, any } = this.#batch;
    if (any && this.#blind !== null) {
      return `${this.#blind} takes no pictures. Choose another model or remove the ${items.length > 1 ? "pictures" : "picture"}.`;
    }
    const most = this.#limits?.perMessage ?? Infinity;
    if (items.length > most) {
      return `A message can have at most ${plural(most, "picture")}. Remove ${items.length - most}.`;
    }
    return this.#limits !== null && lettersOf(items) > this.#limits.requestBytes - FOR_TEXT
      ? `The pictures of one message may be ${megabytes(this.#limits)} MB together. Remove some.` : "";
  }

  /**
   * Takes note of the chosen model, and says what becomes of the pictures.
   * @param {string | null} name Its name if it takes no pictures.
   */
  setBlindModel(name) {
    this.#blind = name;
    this.#tell();
  }

  /** Takes what of these files is a picture. @param {Iterable<File>} files */
  add(files) {
    // They belong to the message for which they were chosen, also where it has been laid down by the time they are read.
    const { read } = this.#batch.add((batch) => this.#readInto(batch, [...files]));
    void read.then(() => this.#render());
    this.#actions.changed();
  }

  async #readInto(batch, files) {
    const complaints = new Set();
    for (const [at, file] of files.entries()) {
      try {
        this.#limits ??= await this.#actions.limits();
        const { perMessage } = this.#limits;
        if (batch.root.items.length >= perMessage) {
          complaints.add(`A message can have at most ${plural(perMessage, "picture")}. ${nameAll(files.slice(at))} not added.`);
          break;
        }
        await this.#readOne(batch, file);
      } catch (error) {
        complaints.add(inWords(error));
      }
    }
    if (complaints.size > 0) {
      const more = complaints.size - MOST_COMPLAINTS;
      this.#actions.complain([...[...complaints].slice(0, MOST_COMPLAINTS), ...(more > 0 ? [`${plural(more, "more file")} could not be added.`] : [])].join(" "));
    }
  }

  async #readOne(batch, file) {
    const picture = await prepare(file, this.#limits);
    if (lettersOf([...batch.root.items, picture]) > this.#limits.requestBytes - FOR_TEXT) {
      throw new Error(`The pictures of one message may be ${megabytes(this.#limits)} MB together. ${picture.name} was not added.`);
    }
    batch.root.items.push({ ...picture, url: URL.createObjectURL(picture.blob) });
    this.#render();
  }

  async #fileOf(source) {
    if (source.type === "base64") {
      return new File([Uint8Array.from(atob(source.data), (letter) => letter.charCodeAt(0))], "");
    }
    const stored = await this.#actions.read(source.url).catch(() => {
      throw new Error("A picture of this message can no longer be read. Add it again.");
    });
    return new File([stored], "");
  }

  /** The pictures of a message that could not be said, to be given back as `take` does. @param {any[]} content Its blocks. */
  of(content) {
    const sources = content.filter((block) => block.type === "image" && block.source.type !== "url").map((block) => block.source);
    return {
      any: sources.length > 0,
      restore: () => sources.length > 0 && void Promise.all(sources.map((source) => this.#fileOf(source)))
        .then((files) => this.add(files)).catch((error) => this.#actions.complain(inWords(error))),
      forget: () => undefined,
    };
  }

  /** Lays them down, e.g. for as long as their message is on its way. */
  take() {
    const batch = this.#batch;
    this.#batch = new PictureBatch();
    this.#render();
    return {
      any: batch.any,
      /** As blocks of a message, those that are still being read too. */
      blocks: async () => {
        await batch.whole();
        return Promise.all(batch.items.map(async ({ blob }) => ({
          type: "image", source: { type: "base64", mediaType: blob.type, data: await base64(blob) },
        })));
      },
      restore: () => {
        // What was added since may still be being read, and comes to these.
        batch.join(this.#batch);
        this.#batch = batch;
        this.#render();
      },
      forget: () => batch.items.forEach(({ url }) => URL.revokeObjectURL(url)),
    };
  }

  #render() {
    const { items } = this.#batch;
    this.#list.hidden = items.length === 0;
    items.forEach((picture, at) => {
      picture.element ??= this.#item(picture);
      if (this.#list.children[at] !== picture.element) {
        this.#list.insertBefore(picture.element, this.#list.children[at] ?? null);
      }
    });
    [...this.#list.children].slice(items.length).forEach((element) => element.remove());
    this.#tell();
    this.#actions.changed();
  }

  #item(picture) {
    return h("li", {}, h("img", { src: picture.url, alt: picture.name }), h("p", { class: "way" }),
      button("close", `Remove ${picture.name}`, () => this.#remove(picture), { class: "quiet" }));
  }

  #remove(picture) {
    const { items } = this.#batch;
    const at = items.indexOf(picture);
    URL.revokeObjectURL(picture.url);
    items.splice(at, 1);
    this.#render();
    (items[Math.min(at, items.length - 1)]?.element.querySelector("button") ?? byId("text").text).focus();
  }

  #tell() {
    const { items } = this.#batch;
    const ways = this.#limits === null || this.#blind !== null ? [] : sizesSent(items, this.#limits.sent);
    items.forEach((picture, at) => {
      const line = picture.element?.querySelector(".way");
      if (line) {
        line.textContent = ways[at] ? sizeNote(picture, ways[at]) : "";
      }
    });
    if (this.#note.textContent !== this.problem) {
      this.#note.textContent = this.problem;
    }
  }
}

function nameAll(files) {
  return files.length === 1 ? `${files[0].name || "The picture"} was` : `${plural(files.length, "picture")} were`;
}

/** How many characters pictures have as base64. */
function lettersOf(pictures) {
  return pictures.reduce((sum, { blob }) => sum + base64Length(blob.size), 0);
}

function megabytes({ requestBytes }) {
  return Math.floor((requestBytes - FOR_TEXT) * 0.75 / 1e6);
}

async function base64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const step = 0x8000;
  let text = "";
  for (let at = 0; at < bytes.length; at += step) {
    text += String.fromCharCode(...bytes.subarray(at, at + step));
  }
  return btoa(text);
}

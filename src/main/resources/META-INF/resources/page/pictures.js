/** Pictures that go with the next message: taken from the clipboard, from a drop or from files, and made small enough. */
import { button, h } from "./dom.js";

const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MOST = 20;
/** The service takes 5 MiB a picture. */
const MOST_BYTES = 5 * 1024 * 1024;
/** The service takes 32 MiB a request, of which this is left for the text. Pictures go as base64, a third larger than they are. */
const MOST_LETTERS = 31 * 1024 * 1024;
/** Pixels of the longer side of a picture that had to be made smaller: more than this no model looks at. */
const LONGEST_SIDE = 2048;

export class Pictures {
  #list;
  #complain;
  #changed;
  #all = [];
  #reading = 0;
  #read = Promise.resolve();

  /** @param {HTMLElement} list @param {() => void} changed @param {(text: string) => void} complain */
  constructor(list, changed, complain) {
    this.#list = list;
    this.#changed = changed;
    this.#complain = complain;
  }

  /** Whether there are any, or will be in a moment. */
  get any() {
    return this.#all.length > 0 || this.#reading > 0;
  }

  /** Takes what of these files is a picture. @param {Iterable<File>} files */
  add(files) {
    // They belong to the message for which they were chosen, also where it has been laid down by the time they are read.
    const chosen = this.#all;
    this.#reading++;
    this.#read = this.#read.then(() => this.#readInto(chosen, files)).finally(() => {
      this.#reading--;
      this.#render();
    });
  }

  async #readInto(chosen, files) {
    for (const file of files) {
      if (chosen.length >= MOST) {
        this.#complain(`A message can have at most ${MOST} pictures.`);
        return;
      }
      try {
        const blob = await fit(file);
        const letters = chosen.reduce((sum, each) => sum + lettersOf(each.blob), lettersOf(blob));
        if (letters > MOST_LETTERS) {
          throw new Error(`The pictures of one message may be ${Math.floor(MOST_LETTERS * 0.75 / 1e6)} MB together. ${nameOf(file)} was not added.`);
        }
        chosen.push({ name: nameOf(file), blob, url: URL.createObjectURL(blob) });
      } catch (error) {
        this.#complain(error.message);
      }
    }
  }

  /** Lays them down, e.g. for as long as their message is on its way. */
  take() {
    const taken = this.#all;
    const read = this.#read;
    this.#all = [];
    this.#render();
    return {
      /** As blocks of a message, those that are still being read too. */
      blocks: async () => {
        await read;
        return Promise.all(taken.map(async ({ blob }) => ({
          type: "image", source: { type: "base64", mediaType: blob.type, data: await base64(blob) },
        })));
      },
      restore: () => {
        taken.push(...this.#all);
        this.#all = taken;
        this.#render();
      },
      forget: () => taken.forEach(({ url }) => URL.revokeObjectURL(url)),
    };
  }

  #render() {
    this.#list.hidden = this.#all.length === 0;
    this.#list.replaceChildren(...this.#all.map((picture) => h("li", {},
      h("img", { src: picture.url, alt: picture.name }),
      button("close", `Remove ${picture.name}`, () => {
        URL.revokeObjectURL(picture.url);
        this.#all.splice(this.#all.indexOf(picture), 1);
        this.#render();
      }, { class: "quiet" }))));
    this.#changed();
  }
}

function nameOf(file) {
  return file.name || "picture";
}

/** How many letters it has as base64. */
function lettersOf(blob) {
  return 4 * Math.ceil(blob.size / 3);
}

async function fit(file) {
  if (!file.type.startsWith("image/")) {
    throw new Error(`${file.name || "This file"} is not a picture.`);
  }
  if (TYPES.includes(file.type) && file.size <= MOST_BYTES) {
    return file;
  }
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name || "This picture"} cannot be read.`);
  });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.88 });
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

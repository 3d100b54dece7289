/** Makes a file one that can be sent: what no model takes is drawn anew, if the browser can read it. */
import { HEAD, jpegFacts, kindOf } from "./picture-kinds.js";
import { base64Length } from "./picture-sizes.js";

/** Pixels of the longer side of a drawing that has no pixels of its own. */
const VECTOR_SIDE = 1024;
const QUALITY = 0.9;
const NAMES = { "image/png": "PNG", "image/jpeg": "JPEG" };
/** The colours of a printer, which the service cannot make smaller. */
const PRINTED = 4;

/**
 * A picture that goes with a message.
 * @typedef {object} Picture
 * @property {string} name That of its file.
 * @property {Blob} blob What is sent to the service.
 * @property {number} width
 * @property {number} height
 * @property {{width: number, height: number}} own The sides of the file, held upright.
 * @property {string | null} drawn The name of the format in which it was drawn anew; null if it was not.
 */

/**
 * @param {File} file
 * @param {any} limits `pictures` of a model, see the OpenAPI.
 * @returns {Promise<Picture>}
 * @throws {Error} With a sentence that says what the file is and what to do.
 */
export async function prepare(file, limits) {
  const name = file.name || "The picture";
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer().catch(() => {
    throw new Error(`${name} cannot be opened. A folder cannot be added; add the pictures in it.`);
  }));
  if (head.length === 0) {
    throw new Error(`${name} is empty.`);
  }
  const kind = kindOf(head);
  if (kind.type === null) {
    throw new Error(`${name} is not a picture${kind.name ? ` but ${kind.name}` : ""}. ${kind.way}`);
  }
  const taken = limits.mediaTypes.includes(kind.type);
  const typed = file.slice(0, file.size, kind.type);
  const url = URL.createObjectURL(typed);
  try {
    const image = await read(url).catch(() => {
      throw new Error(taken ? `${name} is damaged and cannot be read. Save it anew and add that.`
        : `${name} is a picture of the kind ${kind.name}, which this browser cannot read. ${kind.way}`);
    });
    const own = { width: image.naturalWidth || VECTOR_SIDE, height: image.naturalHeight || VECTOR_SIDE };
    return taken && file.size <= limits.bytes && !mustBeDrawn(kind, head, file.size, own, limits)
      ? { name, blob: typed, ...own, own, drawn: null } : { name, own, ...await draw(image, own, kind, limits) };
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Reads it, held as its camera noted. @returns {Promise<HTMLImageElement>} */
async function read(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}

/** Whether the service could not send it as it is seen here. */
function mustBeDrawn({ type }, head, bytes, { width, height }, { sent }) {
  const large = Math.max(width, height) > sent.side;
  if (type === "image/jpeg") {
    const { orientation, colours } = jpegFacts(head);
    // What the service makes smaller it turns itself.
    return colours === PRINTED || (orientation > 1 && !large && base64Length(bytes) <= sent.base64);
  }
  // The service does not read a WebP picture of very many pixels.
  return type === "image/webp" && large;
}

async function draw(image, own, kind, limits) {
  const { side, base64 } = limits.sent;
  const longer = Math.max(own.width, own.height);
  const scale = kind.type === "image/svg+xml" ? Math.max(VECTOR_SIDE, Math.min(side, longer)) / longer : Math.min(1, side / longer);
  const [width, height] = [own.width, own.height].map((pixels) => Math.max(1, Math.round(pixels * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  // Models see nothing in particular behind what is transparent; most drawings are made for paper.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  const png = kind.flat ? await canvas.convertToBlob({ type: "image/png" }) : null;
  const blob = png !== null && png.size <= limits.bytes && base64Length(png.size) <= base64 ? png
    : await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return { blob, width, height, drawn: blob.type === kind.type ? null : NAMES[blob.type] };
}

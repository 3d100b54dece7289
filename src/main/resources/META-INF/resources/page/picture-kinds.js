/** What a file is. Its first bytes say so; its name and its declared type are often wrong. */

/** So many bytes tell what a file is, and hold what a camera noted about a JPEG. */
export const HEAD = 256 * 1024;
const SVG = /^\uFEFF?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*(?:<!DOCTYPE[^>[]*(?:\[[^\]]*\]\s*)?>\s*)?(?:<!--(?:[^-]|-(?!->))*-->\s*)*<svg[\s>]/i;
/** Characters that no text has. */
const CONTROL = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;
const ANEW = "Save it as a PNG or JPEG file and add that.";
const UPRIGHT = 1;
const ORIENTATION = 0x0112;

/**
 * @typedef {object} Kind
 * @property {string} name What people call it.
 * @property {string | null} type The media type of a picture; null where the file is no picture.
 * @property {boolean} flat Whether it mostly has sharp edges, which a JPEG blurs.
 * @property {string} way What to do with a file that cannot be sent.
 */

/** @returns {Kind} */
function kind(name, type, { flat = false, way = ANEW } = {}) {
  return { name, type, flat, way };
}

const AVIF = kind("AVIF", "image/avif");
const HEIC = kind("HEIC", "image/heic", { way: `${ANEW} An iPhone takes JPEG pictures with Settings › Camera › Formats › Most Compatible.` });
const VIDEO = kind("a video", null, { way: "Add a picture of the scene." });
const TEXT = kind("a text", null, { way: "Copy its text into the message." });
const OTHER = kind("", null, { way: "Pictures are PNG, JPEG, GIF or WebP files." });

/** @type {[Kind, (head: Uint8Array) => boolean][]} */
const KINDS = [
  [kind("PNG", "image/png", { flat: true }), (head) => ascii(head, 0, 8) === "\x89PNG\r\n\x1a\n"],
  [kind("JPEG", "image/jpeg"), (head) => ascii(head, 0, 3) === "\xff\xd8\xff"],
  [kind("GIF", "image/gif", { flat: true }), (head) => /^GIF8[79]a$/.test(ascii(head, 0, 6))],
  [kind("WebP", "image/webp"), (head) => ascii(head, 0, 4) === "RIFF" && ascii(head, 8, 12) === "WEBP"],
  [AVIF, (head) => brands(head).some((brand) => ["avif", "avis"].includes(brand))],
  [HEIC, (head) => brands(head).some((brand) => /^(he[ivx][cmsx]|hevc|mif1|msf1)$/.test(brand))],
  [VIDEO, (head) => brands(head).length > 0 || ascii(head, 0, 4) === "\x1aE\xdf\xa3"],
  [kind("TIFF", "image/tiff"), (head) => ["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(ascii(head, 0, 4))],
  [kind("BMP", "image/bmp", { flat: true }), (head) => ascii(head, 0, 2) === "BM" && [12, 40, 52, 56, 64, 108, 124].includes(head[14])],
  [kind("icon", "image/x-icon", { flat: true }), (head) => ascii(head, 0, 4) === "\0\0\x01\0" && head.length > 22],
  [kind("JPEG XL", "image/jxl"), (head) => ascii(head, 0, 2) === "\xff\x0a" || ascii(head, 4, 8) === "JXL "],
  [kind("JPEG 2000", "image/jp2"), (head) => ascii(head, 4, 8) === "jP  "],
  [kind("Photoshop", "image/vnd.adobe.photoshop"), (head) => ascii(head, 0, 4) === "8BPS"],
  [kind("SVG", "image/svg+xml", { flat: true }), (head) => SVG.test(new TextDecoder().decode(head.subarray(0, 4096)))],
  [kind("a PDF", null, { way: "Add a picture of its page, or copy its text into the message." }), (head) => ascii(head, 0, 1024).includes("%PDF-")],
  [TEXT, isText],
];

/** What a file is that begins with these bytes. @param {Uint8Array} head @returns {Kind} */
export function kindOf(head) {
  return KINDS.find(([, isOne]) => isOne(head))?.[0] ?? OTHER;
}

function ascii(bytes, from, to) {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** The brands of a file of the ISO base media format (ISO/IEC 14496-12, 4.3): HEIC, AVIF and videos name themselves so. */
function brands(head) {
  if (ascii(head, 4, 8) !== "ftyp") {
    return [];
  }
  const end = Math.min(head.length, new DataView(head.buffer, head.byteOffset).getUint32(0), 256);
  const compatible = Array.from({ length: Math.max(0, Math.floor((end - 16) / 4)) }, (_, at) => ascii(head, 16 + 4 * at, 20 + 4 * at));
  return [ascii(head, 8, 12), ...compatible];
}

function isText(head) {
  const encoding = ascii(head, 0, 2) === "\xff\xfe" ? "utf-16le" : ascii(head, 0, 2) === "\xfe\xff" ? "utf-16be" : "utf-8";
  try {
    return !CONTROL.test(new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true }));
  } catch {
    return false;
  }
}

/**
 * What stands in the head of a JPEG: how the camera was held, from Exif tag 0x0112 (1: upright), and of how many colours the
 * picture is mixed (4: those of a printer).
 * @param {Uint8Array} head
 */
export function jpegFacts(head) {
  const facts = { orientation: UPRIGHT, colours: 3 };
  try {
    readSegments(head, facts);
  } catch (error) {
    if (!(error instanceof RangeError)) {
      throw error;
    }
    // The notes are cut or lie. The picture may be good all the same.
  }
  return facts;
}

function readSegments(head, facts) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (let at = 2; view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda) {
      return;
    }
    const length = view.getUint16(at + 2);
    if (marker === 0xe1 && ascii(head, at + 4, at + 10) === "Exif\0\0") {
      facts.orientation = orientationOf(new DataView(view.buffer, view.byteOffset + at + 10, length - 8));
    } else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      facts.colours = view.getUint8(at + 9);
    }
    at += 2 + length;
  }
}

function orientationOf(tiff) {
  const little = tiff.getUint8(0) === 0x49;
  const directory = tiff.getUint32(4, little);
  for (let entry = directory + 2, left = tiff.getUint16(directory, little); left > 0; entry += 12, left--) {
    if (tiff.getUint16(entry, little) === ORIENTATION) {
      const value = tiff.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : UPRIGHT;
    }
  }
  return UPRIGHT;
}

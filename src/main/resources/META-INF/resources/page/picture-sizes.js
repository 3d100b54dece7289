/** How large the model will get pictures: the service makes large ones smaller, by the sizes that it names in its catalogue. */

/** How many characters so many bytes have as base64. */
export function base64Length(bytes) {
  return 4 * Math.ceil(bytes / 3);
}

/**
 * @typedef {object} Sent
 * @property {number} width
 * @property {number} height
 * @property {number | null} most The most bytes to which the service packs the picture; null where it need not.
 * @property {boolean} shared Whether pictures share the room, so that one that is hard to pack may get smaller still.
 */

/**
 * What the service makes of the pictures of one message.
 * @param {{width: number, height: number, blob: Blob}[]} pictures
 * @param {any} sent `pictures.sent` of a model, see the OpenAPI.
 * @returns {Sent[]}
 */
export function sizesSent(pictures, { side, base64, base64Together, base64Rewritten }) {
  const lengths = pictures.map(({ blob }) => base64Length(blob.size));
  const all = lengths.reduce((sum, length) => sum + Math.min(base64, Math.max(length, base64Rewritten)), 0);
  const shared = all > base64Together;
  const most = shared ? Math.floor(base64Together / pictures.length) : base64;
  return pictures.map(({ width, height }, at) => {
    const scale = Math.min(1, side / Math.max(width, height));
    const scaled = (pixels) => Math.max(1, Math.round(pixels * scale));
    const packed = lengths[at] > most;
    return { width: scaled(width), height: scaled(height), most: packed ? Math.floor(most / 4) * 3 : null, shared: packed && shared };
  });
}

/**
 * Says what becomes of a picture on its way to the model; empty where nothing does.
 * @param {import("./picture-files.js").Picture} picture @param {Sent} sent
 */
export function sizeNote({ own, drawn }, { width, height, most, shared }) {
  const smaller = width !== own.width || height !== own.height || most !== null;
  if (!smaller && drawn === null) {
    return "";
  }
  const megabytes = most === null ? "" : `, with at most ${Math.floor(most / 1e4) / 100}\u00a0MB`;
  return `Will be sent${drawn === null ? "" : ` as ${drawn}`}${smaller ? ` at ${width}\u00a0×\u00a0${height}${shared ? " or less" : ""}` : ""}${megabytes}`;
}

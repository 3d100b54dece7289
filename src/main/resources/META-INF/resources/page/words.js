/** What went wrong, in words for people, each with the way out. The service speaks to programs: of pointers, codes and fields. */
import { count, plural } from "./format.js";
import { POLICIES } from "./policies.js";

const MISMATCH = "The page and the server do not understand each other. Reload the page and try again.";
const AGAIN = "The server failed. Try again.";

/** Sentences by the codes of problems. */
const CODES = {
  "unreachable": "The server cannot be reached. Check the network and try again.",
  "invalid-request": "The server did not accept this. Reload the page and try again.",
  "malformed-json": MISMATCH,
  "unauthorized": "You are no longer signed in. Sign in again in another tab, then try again here.",
  "forbidden-origin": "The server does not accept this address. Open the page at its usual address.",
  "no-such-route": MISMATCH,
  "session-not-found": "This conversation no longer exists. Begin a new one.",
  "message-not-found": "This message no longer exists. Reload the page.",
  "turn-not-found": "This reply no longer exists. Reload the page.",
  "image-not-found": "A picture is no longer there. Add it again.",
  "method-not-allowed": MISMATCH,
  "http-version-not-supported": MISMATCH,
  "not-acceptable": MISMATCH,
  "turn-running": "A reply is still being written. Wait until it ends, or stop it.",
  "nothing-to-answer": "There is no message to answer. Write one.",
  "conflict": "Something else changed at the same moment. Try again.",
  "stale-version": "This was changed elsewhere in the meantime. Reload the page before you change it.",
  "owner-changed": "Somebody else has signed in on this browser. Reload the page.",
  "too-large": "This is too much at once. Shorten the text, or send fewer or smaller pictures.",
  "uri-too-long": "The text to search for is too long. Shorten it.",
  "headers-too-large": MISMATCH,
  "session-full": "This conversation is full. Begin a new one, or continue from an earlier message in a copy.",
  "unsupported-media-type": MISMATCH,
  "expectation-failed": MISMATCH,
  "idempotency-key-reused": MISMATCH,
  "rate-limited": "This was too much in a short time. Wait a moment, then try again.",
  "store-unavailable": "The server cannot reach its memory at the moment. Try again in a moment.",
  "overloaded": "The server has too much to do at the moment. Try again in a moment.",
  "draining": "The server is restarting. Try again in a moment.",
  "provider-unreachable": "The model cannot be reached. Try again, or choose another model.",
  "provider-auth": "The model's provider does not accept the server's key. Choose another model, or ask the operator to check the key.",
  "provider-permission": "The server's key is not good for this model. Choose another model.",
  "provider-model-not-found": "The provider does not offer this model. Choose another model.",
  "provider-quota-exhausted": "The credit at the model's provider is used up. Choose another model, or ask the operator.",
  "provider-rate-limited": "The model gets too many requests at the moment. Try again in a moment, or choose another model.",
  "provider-overloaded": "The model is overloaded. Try again in a moment, or choose another model.",
  "provider-unavailable": "The model has failed too often and rests for a while. Try again later, or choose another model.",
  "provider-error": "The model failed. Try again, or choose another model.",
  "provider-timeout": "The model did not answer in time. Try again, or choose another model.",
  "provider-protocol": "The model's answer cannot be understood. Try again, or choose another model.",
  "provider-truncated": "The reply broke off before its end. Try again.",
  "provider-rejected": "The model does not accept this conversation as it is. Choose another model, or begin a new conversation.",
  "content-filtered": "The model's content filter refused this message. Word it differently.",
  "context-too-long": "This is longer than the model can take. Shorten it, or choose a model with a larger context window.",
  "turn-timeout": "The reply took too long and was stopped. Try again, or ask for less at a time.",
  "interrupted": "The server stopped in the middle of this reply. Try again.",
  "internal-error": AGAIN,
};

/** What is said where an answer has no code that is known: it came from a proxy, or from a newer server. */
const STATUSES = {
  0: CODES.unreachable, 401: CODES.unauthorized, 403: CODES["forbidden-origin"], 404: "This no longer exists. Reload the page.",
  413: CODES["too-large"], 429: CODES["rate-limited"],
};

/** Codes of what passes by itself. */
const PASSING = ["unreachable", "unauthorized", "rate-limited", "store-unavailable", "overloaded", "draining"];

/** What people call the fields of a request. */
const FIELDS = {
  title: "The title", systemPrompt: "The system prompt", facts: "The facts", temperature: "The temperature", maxOutputTokens: "The longest reply",
  content: "The message", model: "The model", context: "The choice of what is sent", q: "The text to search for",
};

/** Rules of the service that people understand, and how they are told. */
const RULES = [
  [/^must be (?:a number|an integer) from (\S+) to (\S+)$/, (from, to) => `must be from ${number(from)} to ${number(to)}`],
  [/^must be a whole number of (\d+) or more$/, (least) => `must be a whole number of ${number(least)} or more`],
  [/^must be (?:a number of )?at most (\d+)$/, (most) => `must be at most ${number(most)}`],
  [/^must be at most (\d+) characters long$/, (most) => `may have at most ${plural(Number(most), "character")}`],
  [/^must (?:be|hold) at most (\d+) bytes\b/, (most) => `may have at most about ${plural(Number(most), "character")}`],
  [/^must have at most (\d+) elements$/, (most) => `may have at most ${plural(Number(most), "line")}`],
  [/^must hold at most (\d+) images$/, (most) => `may have at most ${plural(Number(most), "picture")}`],
  [/^must be an image of (?:at most|type)\b/, () => "has a picture that is too large or damaged. Choose another picture"],
  [/^must not be an image\b/, () => "has a picture, but the model takes none. Choose another model, or remove the picture"],
  [/^names an image that\b/, () => "has a picture that is no longer there. Add it again"],
  [/^must be one of the models\b/, () => "is unknown. Choose another model"],
  [/^must be a model that\b/, () => "is not available at the moment. Choose another model"],
  [/^must not name a policy that\b/, () => "has one entry twice. Remove one of the two"],
  [/^must not be empty$|^must be a string that is not empty$|^is required$/, () => "must not be empty"],
];

/** What went wrong, in a sentence. @param {any} error @returns {string} */
export function inWords(error) {
  const problem = error?.problem;
  if (problem === undefined) {
    // The page's own errors are written for people; those of the browser are not.
    return error?.constructor === Error ? error.message : "Something went wrong in this page. Reload it and try again.";
  }
  return problemInWords(problem, error.status);
}

/** A problem of the service in a sentence. @param {any} problem @param {number} [status] */
export function problemInWords(problem, status = problem.status) {
  if (problem.code === "invalid-request" && problem.errors?.length > 0) {
    return ruleInWords(problem.errors[0]).sentence;
  }
  const known = CODES[problem.code] ?? STATUSES[status] ?? (status >= 500 ? CODES.overloaded : CODES["invalid-request"]);
  return problem.code === "internal-error" && problem.requestId ? `${known} If it fails again, tell the operator this number: ${problem.requestId}` : known;
}

/**
 * A broken rule in words.
 * @param {{pointer: string, detail: string}} violation
 * @returns {{field: string, sentence: string}} The field of the request, and what is wrong with it.
 */
export function ruleInWords({ pointer, detail }) {
  const [, field = pointer, , parameter] = pointer.split("/");
  const name = parameterOf(field, parameter) ?? FIELDS[field];
  const rule = RULES.find(([pattern]) => pattern.test(detail));
  if (name === undefined || rule === undefined) {
    return { field, sentence: name === undefined ? CODES["invalid-request"] : `${name} cannot be like this. Change it and try again.` };
  }
  return { field, sentence: `${name} ${rule[1](...rule[0].exec(detail).slice(1))}.` };
}

/** Whether what went wrong passes by itself, so that the same may succeed a little later. @param {any} error */
export function passes(error) {
  const { code } = error?.problem ?? {};
  return error?.problem !== undefined && (code in CODES ? PASSING.includes(code) : [0, 401, 429, 502, 503, 504].includes(error.status));
}

function parameterOf(field, parameter) {
  const known = field === "context" && parameter ? Object.values(POLICIES).find(({ parameters }) => parameters[parameter]) : undefined;
  return known === undefined ? undefined : `“${known.parameters[parameter][0]}”`;
}

function number(text) {
  return Number.isFinite(Number(text)) ? count(Number(text)) : text;
}

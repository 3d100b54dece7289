// A plain page over the public API. What a model says is hostile until shown otherwise: it only ever becomes textContent.
import { readEvents } from "./events.js";

const API = "/api/v1/sessions";
const KEPT = "parley.session";
const LONGEST_PAUSE = 15000;
const ATTEMPTS = 4;
const page = Object.fromEntries(
  ["status", "new", "messages", "empty", "problem", "problem-text", "retry", "settled", "form", "text", "send", "stop"]
    .map((id) => [id, document.getElementById(id)]));
let session = null;
let turn = null; // the running one: {id, session, item, text, last, over}

// ---- talking to the API

async function call(path, options = {}) {
  // The browser's own cache would show an old state after a reload.
  const response = await fetch(API + path, { cache: "no-store", ...options });
  if (!response.ok) {
    throw await problemOf(response);
  }
  return response;
}

async function problemOf(response) {
  const problem = await response.json().catch(() => ({}));
  const first = problem.errors?.[0];
  const error = new Error(first ? `${first.pointer} ${first.detail}` : problem.detail ?? `The server answered ${response.status}.`);
  error.status = response.status;
  error.problem = problem;
  return error;
}

function post(path, body, headers = {}) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) });
}

/** As `post`, again until there is an answer: the key makes all attempts one request. */
async function postOnce(path, body, headers) {
  const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  for (let attempt = 1; ; attempt++) {
    try {
      return await post(path, body, { ...headers, "Idempotency-Key": key });
    } catch (error) {
      if (error.status !== undefined || attempt === ATTEMPTS) {
        throw error;
      }
      page.status.textContent = "no connection, trying again …";
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
    }
  }
}

async function ensureSession() {
  if (session === null) {
    show((await (await postOnce("", {})).json()).id);
  }
  return session;
}

function show(id) {
  session = id;
  localStorage.setItem(KEPT, id);
  history.replaceState(null, "", "#" + id);
}

// ---- showing messages

function add(role, text, notes = "") {
  const item = document.createElement("li");
  item.className = "message " + role;
  const speaker = document.createElement("span");
  speaker.className = "unseen";
  speaker.textContent = role === "user" ? "You: " : "Parley: ";
  const body = document.createElement("span");
  body.className = "text";
  body.textContent = text;
  const note = document.createElement("span");
  note.className = "note";
  note.textContent = notes;
  note.hidden = notes === "";
  item.append(speaker, body, note);
  page.messages.append(item);
  page.empty.hidden = true;
  scroll(true);
  return { item, body, note };
}

function addStored(message) {
  const text = message.content.filter((block) => block.type === "text" || block.type === "refusal").map((block) => block.text).join("");
  const calls = message.content.filter((block) => block.type === "tool-call").map((block) => `asks for the tool ${block.name}`);
  const notes = [...calls, ...(message.status === "completed" ? [] : [message.status])].join(", ");
  const shown = add(message.role, text, notes);
  for (const block of message.content) {
    if (block.type === "image" && block.source.type === "stored") {
      const image = document.createElement("img");
      image.src = block.source.url;
      image.alt = "Picture in the message";
      shown.item.append(image);
    }
  }
}

function scroll(always) {
  const main = page.messages.parentElement;
  if (always || main.scrollHeight - main.scrollTop - main.clientHeight < 120) {
    main.scrollTop = main.scrollHeight;
  }
}

function complain(text, retry = null) {
  page["problem-text"].textContent = text;
  page.problem.hidden = text === "";
  page.retry.hidden = retry === null;
  page.retry.onclick = retry;
}

function settle() {
  page.send.hidden = turn !== null;
  page.stop.hidden = turn === null;
  page.stop.disabled = turn?.id == null;
  page.status.textContent = turn === null ? "" : "answering …";
}

// ---- one turn

function begin(id, owner) {
  const reply = add("assistant", "");
  reply.item.classList.add("running");
  reply.item.setAttribute("aria-busy", "true");
  turn = { id, session: owner, reply, text: "", last: 0, over: false };
  settle();
  return turn;
}

function take(running, event) {
  running.last = event.id ?? running.last;
  switch (event.name) {
    case "turn":
      running.id = event.data.turn;
      page.stop.disabled = false;
      break;
    case "reset":
      running.text = event.data.text;
      break;
    case "delta":
      running.text += event.data.text ?? "";
      break;
    case "done":
      finish(running, event.data.state === "cancelled" ? "stopped" : noteOf(event.data));
      break;
    case "failed":
      finish(running, event.data.state);
      complain(event.data.problem.detail, () => say({ regenerate: true }));
      break;
    case "reconnect":
      running.last = event.data.after;
      break;
  }
  running.reply.body.textContent = running.text;
  scroll(false);
}

function noteOf(done) {
  const parts = [];
  if (done.finishReason !== "stop") {
    parts.push(done.finishReason);
  }
  if (done.usage) {
    parts.push(`${done.usage.inputTokens} + ${done.usage.outputTokens} tokens`);
  }
  if (done.cost) {
    parts.push(`${done.cost.amount} ${done.cost.currency}`);
  }
  return parts.join(" · ");
}

function finish(running, note) {
  running.over = true;
  running.reply.note.textContent = note;
  running.reply.note.hidden = note === "";
  running.reply.item.classList.remove("running");
  running.reply.item.removeAttribute("aria-busy");
  // Read aloud once it is whole, not token by token.
  page.settled.textContent = running.text;
  if (running === turn) {
    turn = null;
    settle();
  }
}

/** Follows a turn until it is over, however often the connection breaks. */
async function follow(running, response) {
  for (let pause = 500; !running.over; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      const stream = response ?? await call(`/${running.session}/turns/${running.id}/events?after=${running.last}`);
      response = null;
      if (stream.status === 204) {
        finish(running, "");
        return;
      }
      page.status.textContent = "answering …";
      await readEvents(stream, (event) => {
        pause = 500;
        take(running, event);
      });
    } catch (error) {
      if (error.status >= 400 && error.status < 500) {
        finish(running, "");
        complain(error.message);
        return;
      }
    }
    if (!running.over) {
      page.status.textContent = "connection lost, trying again …";
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function say(body) {
  complain("");
  try {
    const owner = await ensureSession();
    if (turn !== null) {
      return;
    }
    const question = body.content === undefined ? null : add("user", body.content);
    const running = begin(null, owner);
    try {
      const response = await postOnce(`/${owner}/turns`, body, { Accept: "text/event-stream" });
      await follow(running, response);
    } catch (error) {
      running.reply.item.remove();
      finish(running, "");
      question?.item.remove();
      page.text.value ||= body.content ?? "";
      throw error;
    }
    if (body.regenerate) {
      await load();
    }
  } catch (error) {
    if (error.status === 404) {
      forget();
    }
    complain(error.message || "The server cannot be reached.");
  }
}

// ---- the whole conversation

function forget() {
  session = null;
  localStorage.removeItem(KEPT);
  history.replaceState(null, "", location.pathname);
}

async function load() {
  page.messages.replaceChildren();
  const id = session;
  const { data, hasMore } = await (await call(`/${id}/messages?limit=100`)).json();
  if (hasMore) {
    page.status.textContent = "the newest 100 messages";
  }
  data.filter((message) => message.role !== "tool").forEach(addStored);
  page.empty.hidden = data.length > 0;
  const running = (await (await call(`/${id}/turns?state=running&limit=1`)).json()).data[0];
  if (running && turn === null) {
    await follow(begin(running.id, id));
  }
}

async function open() {
  const id = location.hash.slice(1) || localStorage.getItem(KEPT);
  page.empty.hidden = false;
  if (!id || !/^[A-Za-z0-9._-]{1,64}$/.test(id)) {
    return;
  }
  show(id);
  try {
    await load();
  } catch (error) {
    if (error.status === 404) {
      forget();
    } else {
      complain(error.message || "The server cannot be reached.", open);
    }
  }
}

page.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = page.text.value;
  if (text.trim() !== "" && turn === null) {
    page.text.value = "";
    void say({ content: text });
  }
});

page.text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    page.form.requestSubmit();
  }
});

page.stop.addEventListener("click", async () => {
  const running = turn;
  if (running?.id) {
    page.stop.disabled = true;
    try {
      await call(`/${running.session}/turns/${running.id}/cancel`, { method: "POST" });
    } catch (error) {
      page.stop.disabled = false;
      complain(error.message);
    }
  }
});

page.new.addEventListener("click", () => {
  forget();
  location.reload();
});

window.addEventListener("hashchange", () => location.reload());
settle();
void open();

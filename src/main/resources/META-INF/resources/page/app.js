/** The chat page: puts its parts together and follows the address. */
import { ParleyClient } from "../parley-client.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { keepFocus, land } from "./focus.js";
import { guardConversions } from "./keys.js";
import { Models } from "./models.js";
import { Panel } from "./panel.js";
import { Sidebar, titleOf } from "./sidebar.js";
import { guard, watchOwner } from "./owner.js";
import { RedLine } from "./red-line.js";
import { keep, recall } from "./storage.js";
import { Thread } from "./thread.js";
import { greet } from "./welcome.js";
import { inWords, passes } from "./words.js";

const ADDRESS = /^#([A-Za-z0-9._-]{1,64})(?:\/([A-Za-z0-9._-]{1,64}))?$/;
/** A connection that is lost for less than this is not worth a word. */
const BLINK_MILLIS = 1_000;

guardConversions();
keepFocus();

const client = new ParleyClient({ onOwner: (tag) => guard(tag) && composer.recall() });
const models = new Models(client);
const page = byId("title", "status", "banner", "problem", "empty", "theme", "views", "skip", "scroll");
let conversation = null;
/** The conversations that are being erased here, so that their end is no surprise. */
const erasing = new Set();
let lost = false;
let blink = 0;

const sidebar = new Sidebar(client, {
  open: (id) => go(id),
  again: () => show(),
  renamed: (session) => {
    line.changed();
    if (session.id === conversation.id) {
      void conversation.change({}).catch(refused);
    }
  },
  erasing: (id) => erasing.add(id),
  notErased: (id) => {
    erasing.delete(id);
    if (conversation.id === id && conversation.gone) {
      // This request or another client has erased the conversation, and only the answer was lost.
      gone();
    }
  },
  erased: (id) => {
    erasing.delete(id);
    line.changed();
    panel.forget(id);
    if (id === conversation.id) {
      conversation.gone = true;
      go(null);
    }
    composer.forget(id);
  },
  refused,
});
const line = new RedLine(page.problem, () => sidebar.refresh());
const thread = new Thread({ fork: (message) => void fork(message), refused });
const composer = new Composer(models, {
  read: (url) => client.picture(url),
  said: () => {
    complain("");
    thread.toEnd();
  },
  refused,
  complain,
  editLast: () => thread.editLast(),
  drafted: () => panel.drafted(),
});
const panel = new Panel(client, models, page.views, {
  draft: () => composer.draft(),
  thread,
  reveal: (message) => {
    panel.giveWay();
    lookFor(message);
  },
  refused,
});

function go(id) {
  const address = id === null ? location.pathname : `#${id}`;
  if (id === null ? location.hash !== "" : location.hash !== address) {
    history.pushState(null, "", address);
  }
  show();
}

/** Shows what the address names. */
function show() {
  const [, id = null, message = null] = ADDRESS.exec(location.hash) ?? [];
  if (conversation && conversation.id === id && (id !== null || !conversation.running)) {
    if (message) {
      lookFor(message);
    }
    return;
  }
  open(new Conversation(client, id, id === null ? fresh() : {}), message);
}

/** What a new conversation begins with: the model that was used last. */
function fresh() {
  const model = recall("model");
  return model && models.find(model)?.configured ? { model } : {};
}

function open(next, message) {
  conversation?.close();
  conversation = next;
  complain("");
  connected("open");
  listen(next);
  thread.open(next, message);
  composer.open(next);
  panel.open(next);
  sidebar.mark(next.id);
  head();
  composer.focus();
  if (message !== null) {
    void checkMessage(next.id, message);
  }
  if (next.id !== null) {
    next.load().catch((error) => {
      if (next === conversation) {
        error.status === 404 ? gone() : refused(error, () => open(new Conversation(client, next.id), message));
      }
    });
  }
}

/** Shows a message of the conversation that is shown, which may stand before what is read of it. */
function lookFor(message) {
  if (!thread.seek(message)) {
    void checkMessage(conversation.id, message);
  }
}

/** Whether the message that the address names is there at all: else all of a long history would be read in search of it. */
async function checkMessage(id, message) {
  // Only the service can say that it is gone; of an error it is not known.
  const isGone = await client.message(id, message).then((found) => found.superseded, (error) => error.status === 404);
  if (isGone && conversation.id === id && thread.giveUp(message)) {
    complain("The message of this link is no longer part of the conversation.");
  }
}

function listen(shown) {
  const on = (event, act) => shown.addEventListener(event, ({ detail }) => shown === conversation && act(detail));
  on("settings", () => {
    if (shown.id !== null) {
      sidebar.put(shown.settings);
    }
    head();
  });
  shown.addEventListener("born", () => {
    sidebar.put(shown.settings);
    if (shown === conversation) {
      history.replaceState(null, "", `#${shown.id}`);
      sidebar.mark(shown.id);
    }
  });
  on("change", head);
  on("connection", connected);
  on("trouble", refused);
  on("unsent", ({ error }) => refused(error));
  on("gone", () => {
    shown.gone = true;
    if (!erasing.has(shown.id)) {
      gone();
    }
  });
}

function head() {
  const name = conversation.id === null ? "New conversation" : titleOf(conversation.settings);
  page.title.textContent = conversation.settings.id || conversation.id === null ? name : "…";
  page.status.textContent = conversation.running ? (conversation.running.stopping ? "stopping …" : "answering …") : "";
  document.title = `${conversation.running ? "… " : ""}${conversation.id === null ? "Parley" : `${page.title.textContent} · Parley`}`;
}

async function fork(message) {
  try {
    const made = await client.forkSession(conversation.id, message.id);
    sidebar.put(made);
    go(made.id);
  } catch (error) {
    refused(error);
  }
}

function gone() {
  const { id } = conversation;
  conversation.gone = true;
  sidebar.remove(id);
  panel.forget(id);
  history.replaceState(null, "", location.pathname);
  show();
  composer.inherit(id);
  complain("This conversation no longer exists.");
}

// ---- what is amiss

function refused(error, again = null) {
  line.show(inWords(error), { again, passing: passes(error) });
}

function complain(text) {
  text === "" ? line.clear() : line.show(text);
}

function connected(state) {
  lost = state === "lost";
  clearTimeout(blink);
  blink = lost ? setTimeout(banner, BLINK_MILLIS) : 0;
  if (!lost) {
    banner();
  }
}

function banner() {
  const offline = !navigator.onLine;
  page.banner.hidden = !lost && !offline;
  page.banner.textContent = page.banner.hidden ? "" : `${offline ? "You are offline." : "The connection is lost. The page tries to connect again."} ${
    conversation.running ? "The server goes on with the reply, and the page shows it as soon as there is a connection." : "Your next message is sent as soon as there is a connection."}`;
}

addEventListener("online", banner);
addEventListener("offline", banner);
addEventListener("hashchange", show);
addEventListener("popstate", show);

// ---- the page itself

page.theme.value = recall("theme") ?? "";
page.theme.addEventListener("change", () => {
  keep("theme", page.theme.value);
  document.documentElement.dataset.theme = page.theme.value;
});

addEventListener("keydown", (event) => {
  const command = event.metaKey || event.ctrlKey;
  if (command && event.key.toLowerCase() === "k") {
    event.preventDefault();
    sidebar.search();
  } else if (command && event.shiftKey && event.key.toLowerCase() === "o") {
    event.preventDefault();
    go(null);
  }
});

page.skip.addEventListener("click", (event) => {
  // The fragment of the address names a conversation.
  event.preventDefault();
  land(page.scroll);
});

watchOwner(() => sidebar.refresh(), () => client.sessions({ limit: 1 }));
for (const event of ["input", "paste", "drop"]) {
  // What was refused is being changed.
  document.getElementById("stage").addEventListener(event, () => line.changed(), { capture: true });
}
greet(page.empty, (text) => composer.write(text));
show();
await Promise.all([models, sidebar].map((part) => part.load().catch((error) => refused(error, () => void part.load().then(() => composer.offer(), refused)))));
if (conversation.id === null && !conversation.running && !conversation.intended.model) {
  await conversation.change(fresh());
}
composer.offer();

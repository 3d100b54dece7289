// Reads server-sent events from a fetch response: EventSource can neither POST nor tell a 404 from a lost connection.

/** Calls `take(event)` with {id, name, data} for each event of the response, until it ends. */
export async function readEvents(response, take) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    rest += value;
    let end = rest.indexOf("\n\n");
    while (end >= 0) {
      const event = parse(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event) {
        take(event);
      }
      end = rest.indexOf("\n\n");
    }
  }
}

function parse(block) {
  const event = { id: null, name: "message", data: null };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    const value = line.slice(colon + 2);
    switch (line.slice(0, Math.max(colon, 0))) {
      case "id":
        event.id = Number(value);
        break;
      case "event":
        event.name = value;
        break;
      case "data":
        event.data = JSON.parse(value);
        break;
    }
  }
  return event.data === null ? null : event;
}

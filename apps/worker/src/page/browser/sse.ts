/** An event of a text/event-stream; its data is JSON. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Reads server-sent events out of a text that grows: each call takes the whole text so far and gives the events that are new. */
export function eventReader(): (text: string) => StreamEvent[] {
  let read = 0;
  return (text) => {
    const events: StreamEvent[] = [];
    for (;;) {
      const gap = /\r?\n\r?\n/g;
      gap.lastIndex = read;
      const end = gap.exec(text);
      if (!end) return events;
      const event = parseEvent(text.slice(read, end.index));
      if (event) events.push(event);
      read = gap.lastIndex;
    }
  };
}

/** Null for what is no event: comments, by which a server keeps a connection open, and data that is no JSON. */
function parseEvent(block: string): StreamEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') event = value!;
    if (field === 'data') data.push(value!);
  }
  if (data.length === 0) return null;
  try {
    return { event, data: JSON.parse(data.join('\n')) };
  } catch {
    return null;
  }
}

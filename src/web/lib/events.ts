// events.ts -- server-sent events out of the text of a stream, piece by piece.
//
// EventSource would do, but hides what the page must know to tell the truth: the comments that show
// that a silent stream is alive, and the status and words of a refusal.

export interface ServerEvent {
  name: string;
  data: string;
}

export interface Told {
  events: ServerEvent[];
  /** Milliseconds to wait before connecting again, where the server said so. */
  retry: number | null;
}

/** Feed it what came; it gives back what is whole. */
export function createReader(): (text: string) => Told {
  let rest = '';
  let name = '';
  let data: string[] = [];

  function line(text: string, told: Told): void {
    if (text === '') {
      if (data.length > 0) told.events.push({ name: name || 'message', data: data.join('\n') });
      name = '';
      data = [];
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return; // a comment
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) told.retry = Number(value);
  }

  return (text) => {
    const told: Told = { events: [], retry: null };
    rest += text;
    // A CR at the very end may be the first half of CR LF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const one of lines) line(one, told);
    return told;
  };
}

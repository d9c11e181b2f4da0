import type { OnStreamEvent, StreamEvent } from '@halp/live';
import type { ListeningOutput } from './listen.ts';

/** The problems of a stream: each kind is shown once, and counted. */
export interface StreamProblems {
  /** Shows the first problem of a kind. */
  readonly onEvent: OnStreamEvent;
  /** The frames that were refused. */
  readonly frames: number;
  /** The lines that were refused. */
  readonly lines: number;
  /** Shows how often the kinds occurred that were shown once. */
  summarise(): void;
}

/** Problems are of one kind if their texts differ only in numbers and in what was got. */
function kindOf(text: string): string {
  return text.replace(/, got .*/s, '').replace(/\d+(\.\d+)?/g, '#');
}

/** Counts the problems of a stream, for an output. */
export function streamProblems(output: ListeningOutput): StreamProblems {
  const kinds = new Map<string, { readonly first: StreamEvent; count: number }>();
  const total = { frame: 0, line: 0, span: 0, movement: 0 };
  return {
    get frames() {
      return total.frame;
    },
    get lines() {
      return total.line;
    },
    onEvent(event) {
      const { text, refused } = event;
      if (refused !== undefined) total[refused]++;
      const kind = `${refused ?? ''} ${kindOf(text)}`;
      const known = kinds.get(kind);
      if (known !== undefined) {
        known.count++;
        return;
      }
      kinds.set(kind, { first: event, count: 1 });
      output.onEvent({ kind: 'warning', text });
    },
    summarise() {
      for (const { first, count } of kinds.values()) {
        if (count === 1) continue;
        const { refused, text } = first;
        const times = refused === undefined ? `${count} times` : `${count} ${refused}s refused`;
        output.onEvent({ kind: 'warning', text: `${times}: ${text}` });
      }
    },
  };
}

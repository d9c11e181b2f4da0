/** A message about a stream. */
export interface StreamEvent {
  /** How serious it is. */
  readonly kind: 'warning';
  /** What was left out: a frame, a line of text, a span that was to be recognised, or a movement. Default: nothing. */
  readonly refused?: 'frame' | 'line' | 'span' | 'movement' | undefined;
  /** What was expected, what came instead, and what was done, on one line. */
  readonly text: string;
}

/** Takes the problems of a stream. */
export type OnStreamEvent = (event: StreamEvent) => void;

/** Gives a problem to the listener, or throws it if there is none. */
export function refuse(
  error: Error,
  refused: StreamEvent['refused'],
  onEvent: OnStreamEvent | undefined,
): void {
  if (onEvent === undefined) throw error;
  onEvent({ kind: 'warning', text: error.message, refused });
}

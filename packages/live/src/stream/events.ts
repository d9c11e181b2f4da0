/** A message about a stream. */
export interface StreamEvent {
  /** Whether something was left out. */
  readonly kind: 'warning';
  /** What was expected, what came instead, and what was done, on one line. */
  readonly text: string;
}

/** Takes the problems of a stream. */
export type OnStreamEvent = (event: StreamEvent) => void;

/** Gives a problem to the listener, or throws it if there is none. */
export function refuse(error: Error, onEvent: OnStreamEvent | undefined): void {
  if (onEvent === undefined) throw error;
  onEvent({ kind: 'warning', text: error.message });
}

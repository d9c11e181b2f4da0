import { oneField } from '../text/visible.ts';

/** One line about something that was assumed, changed or left out, or that starts now. */
export interface NoteEvent {
  /** The kind of event. */
  readonly kind: 'note';
  /** The line, without a line break. */
  readonly text: string;
}

/** One line about something that changes what a number means, or that spoils a training. */
export interface WarningEvent {
  /** The kind of event. */
  readonly kind: 'warning';
  /** The line, without a line break. */
  readonly text: string;
}

/** The events that every function of this package may emit. */
export type Remark = NoteEvent | WarningEvent;

/** A function that receives remarks. */
export type Say = (remark: Remark) => void;

/** Ignores every event. */
export function ignore(): void {
  return undefined;
}

/** Emits a note. */
export function note(say: Say, text: string): void {
  say({ kind: 'note', text: oneField(text) });
}

/** Emits a warning. */
export function warn(say: Say, text: string): void {
  say({ kind: 'warning', text: oneField(text) });
}

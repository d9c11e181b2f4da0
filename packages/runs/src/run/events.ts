/** What was assumed, changed, left out or is about to happen; one line. */
export interface NoteEvent {
  /** Which event. */
  readonly kind: 'note';
  /** For people, without a line break at its end. */
  readonly text: string;
}

/** Something that makes a number another one than its name says, or a training worth less; one line. */
export interface WarningEvent {
  /** Which event. */
  readonly kind: 'warning';
  /** For people, without a line break at its end. */
  readonly text: string;
}

/** A remark, which any function of this package may emit. */
export type Remark = NoteEvent | WarningEvent;

/** Where remarks go. */
export type Say = (remark: Remark) => void;

/** Ignores every event. */
export function ignore(): void {
  return undefined;
}

/** Says a line. */
export function note(say: Say, text: string): void {
  say({ kind: 'note', text });
}

/** Warns with a line. */
export function warn(say: Say, text: string): void {
  say({ kind: 'warning', text });
}

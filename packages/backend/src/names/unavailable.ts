import type { BackendName } from './names.ts';

/** A backend that was asked for, or every one there is, cannot start; says why and what to do. */
export class BackendUnavailable extends Error {
  /** The class's name, also across copies of this package. */
  override readonly name: string = 'BackendUnavailable';
  /** The backend that cannot start. */
  readonly backend: BackendName;
  /** Why, in one line, with the way out where there is one. */
  readonly reason: string;

  /**
   * @param backend - the backend that cannot start.
   * @param reason - why, in one line.
   * @param options - the error behind it, as `cause`.
   */
  constructor(backend: BackendName, reason: string, options?: ErrorOptions) {
    super(`startBackend: ${backend} cannot start: ${reason}`, options);
    this.backend = backend;
    this.reason = reason;
  }
}

import type { BackendName } from './names.ts';

/** The error for a chosen backend, or all backends, that cannot start: why, and what to do. */
export class BackendUnavailable extends Error {
  /** The class's name, also across copies of this package. */
  override readonly name: string = 'BackendUnavailable';
  /** The backend that cannot start. */
  readonly backend: BackendName;
  /** Why, in one line, with what to do if there is a remedy. */
  readonly reason: string;

  /**
   * @param backend - The backend that cannot start.
   * @param reason - Why, in one line.
   * @param options - The original error, as `cause`.
   */
  constructor(backend: BackendName, reason: string, options?: ErrorOptions) {
    super(`startBackend: ${backend} cannot start: ${reason}`, options);
    this.backend = backend;
    this.reason = reason;
  }
}

import { find } from '../find.ts';

/** The video of the page, and where its pictures come from. */
export interface Film {
  /** The video. */
  readonly video: HTMLVideoElement;
  /** Whether it is shown as in a mirror. */
  readonly mirrored: boolean;
  /** Stops the camera or forgets the file. */
  readonly close: () => void;
}

/** Largest video file, in bytes; it is not read into memory. */
const MOST_VIDEO_BYTES = 2 * 2 ** 30;

/** Whether a file is a video, by its type. */
export function isVideo({ type, name }: File): boolean {
  return type.startsWith('video/') || /\.(mp4|m4v|webm|mov|ogv)$/i.test(name);
}

/** Starts the camera. @throws Error with one line that says why there is none. */
export async function openCamera(root: HTMLElement): Promise<Film> {
  const devices = (navigator as { readonly mediaDevices?: MediaDevices }).mediaDevices;
  if (devices === undefined) {
    throw new Error(
      'expected a page with access to cameras, got none: it needs https or localhost',
    );
  }
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({
      video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'user' },
    });
  } catch (error) {
    throw new Error(cameraProblem(error), { cause: error });
  }
  const video = find(root, 'video', HTMLVideoElement);
  const close = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  video.srcObject = stream;
  try {
    await video.play();
  } catch (error) {
    close();
    throw error;
  }
  return { video, mirrored: true, close };
}

/** Plays a video file. @throws Error if this browser cannot play it, or it is too large. */
export async function openVideo(root: HTMLElement, file: File): Promise<Film> {
  if (file.size > MOST_VIDEO_BYTES) {
    throw new Error(`${file.name}: expected a video of at most 2 GiB, got a larger one`);
  }
  const video = find(root, 'video', HTMLVideoElement);
  const address = URL.createObjectURL(file);
  const close = (): void => {
    video.pause();
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(address);
  };
  video.src = address;
  try {
    await video.play();
  } catch {
    close();
    throw new Error(`${file.name}: expected a video that this browser can play, got another one`);
  }
  return { video, mirrored: false, close };
}

function cameraProblem(error: unknown): string {
  const { name = '', message = '' } = error as Partial<Error>;
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The camera was refused: allow it for this page in the browser, then press again; or drop a video or recordings.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'No camera was found: connect one, then press again; or drop a video or recordings.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera cannot be read: another program may be using it; close that, then press again.';
    default:
      return `The camera cannot be used: ${message || name}`;
  }
}

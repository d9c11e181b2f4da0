/** A picture: a frame of a video or of a camera. */
export type Picture = HTMLVideoElement | HTMLCanvasElement;

/** Width and height of a picture, in pixels. */
export function sizeOf(picture: Picture): { readonly width: number; readonly height: number } {
  return picture instanceof HTMLVideoElement
    ? { width: picture.videoWidth, height: picture.videoHeight }
    : { width: picture.width, height: picture.height };
}

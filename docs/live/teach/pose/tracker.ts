import type { FrameJoint } from '@halp/live';
import { detectionsOf } from './detections.ts';
import {
  type Graph,
  openDetector,
  openPoseModel,
  type PoseFiles,
  type PoseOutput,
} from './model.ts';
import { type Picture, sizeOf } from './picture.ts';
import { fromRegion, type Point, type Region, regionOf, rotate } from './region.ts';

/** A person in a picture. */
export interface Pose {
  /** The 33 joints of mediapipe-33 `[x, y, z, visibility]`: metres from the middle of the hips, y down, z away from the camera. */
  readonly joints: readonly FrameJoint[];
  /** The same joints in the picture, in pixels, with their visibility. */
  readonly points: readonly (Point & { readonly visibility: number })[];
}

/** What is in a picture. */
export interface Sight {
  /** The person who is followed; undefined if nobody is in view. */
  readonly pose: Pose | undefined;
  /** The number of persons when they were counted last. */
  readonly persons: number;
}

/** Finds one person in picture after picture. */
export interface PoseTracker {
  /** The person in the next picture. */
  next(picture: Picture, seconds: number): Promise<Sight>;
  /** Replaces the model of the joints. */
  setModel(files: PoseFiles): Promise<void>;
  /** Forgets the person. */
  reset(): void;
  /** Disposes the models. */
  dispose(): void;
}

const JOINTS = 33;
/** Where the landmarks that describe the next region are. */
const [HIPS, END] = [33, 34];
const LEAST_PRESENCE = 0.5;
/** The time between two counts of persons while one is followed, in seconds. */
const COUNT_EVERY = 1.5;

/**
 * A tracker after Bazarevsky et al., BlazePose (2020): a detector finds the region of a person, a second model the joints in it,
 * and in the next picture the region is that of these joints. The detector is used again when the person is lost, and now and
 * then to count persons.
 *
 * @remarks The joints are not smoothed, unlike in MediaPipe.
 */
export async function createPoseTracker(models: {
  readonly detector: PoseFiles;
  readonly pose: PoseFiles;
}): Promise<PoseTracker> {
  const detector = await openDetector(models.detector);
  let model = await openPoseModel(models.pose);
  const crop = createCrop();
  let region: Region | undefined;
  let persons = 0;
  let counted = -Infinity;
  const detect = async (picture: Picture, seconds: number): Promise<void> => {
    const whole = wholeOf(picture);
    const found = detectionsOf(await detector.run(crop(picture, whole, detector.side)));
    [persons, counted] = [found.length, seconds];
    if (region !== undefined) return;
    const regions = found.map(({ hips, end }) =>
      regionOf(fromRegion(whole, hips), fromRegion(whole, end)),
    );
    [region] = regions.sort((a, b) => b.size - a.size);
  };
  return {
    async next(picture, seconds) {
      if (region === undefined || seconds < counted || seconds - counted > COUNT_EVERY) {
        await detect(picture, seconds);
      }
      if (region === undefined) return { pose: undefined, persons };
      const output = await poseIn(model, crop, picture, region);
      region = nextRegion(output, region, model.side);
      if (region === undefined) return { pose: undefined, persons };
      return { pose: output.pose, persons: Math.max(1, persons) };
    },
    async setModel(files) {
      const next = await openPoseModel(files);
      model.dispose();
      model = next;
    },
    reset() {
      region = undefined;
    },
    dispose() {
      detector.dispose();
      model.dispose();
    },
  };
}

interface Found extends PoseOutput {
  readonly pose: Pose;
}

async function poseIn(
  model: Graph<PoseOutput>,
  crop: Crop,
  picture: Picture,
  region: Region,
): Promise<Found> {
  const output = await model.run(crop(picture, region, model.side));
  const { landmarks, world } = output;
  const points = Array.from({ length: JOINTS }, (_, v) => ({
    ...landmarkIn(landmarks, v, region, model.side),
    visibility: 1 / (1 + Math.exp(-(landmarks[5 * v + 3] as number))),
  }));
  const joints = points.map(({ visibility }, v): FrameJoint => {
    const [x, y, z] = [0, 1, 2].map((c) => world[3 * v + c] as number) as [number, number, number];
    // The region was upright for the model.
    const turned = rotate({ x, y }, region.rotation);
    return [turned.x, turned.y, z, visibility];
  });
  return { ...output, pose: { joints, points } };
}

function landmarkIn(landmarks: Float32Array, v: number, region: Region, side: number): Point {
  const [x, y] = [landmarks[5 * v] as number, landmarks[5 * v + 1] as number];
  return fromRegion(region, { x: x / side, y: y / side });
}

/** The region of the joints, for the next picture; undefined if the person is lost. */
function nextRegion(
  { landmarks, presence }: PoseOutput,
  region: Region,
  side: number,
): Region | undefined {
  if (!(presence >= LEAST_PRESENCE)) return undefined;
  const [hips, end] = [HIPS, END].map((v) => landmarkIn(landmarks, v, region, side));
  const next = regionOf(hips as Point, end as Point);
  return next.size > 8 && Number.isFinite(next.size) ? next : undefined;
}

/** Copies a region of a picture to a canvas of this side, upright. */
type Crop = (picture: Picture, region: Region, side: number) => HTMLCanvasElement;

function createCrop(): Crop {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('expected a canvas to draw on, got none');
  return (picture, { center, size, rotation }, side) => {
    [canvas.width, canvas.height] = [side, side];
    // Outside of the picture it is black.
    context.fillStyle = '#000';
    context.fillRect(0, 0, side, side);
    context.translate(side / 2, side / 2);
    context.scale(side / size, side / size);
    context.rotate(-rotation);
    context.translate(-center.x, -center.y);
    context.drawImage(picture, 0, 0);
    return canvas;
  };
}

/** The square around a whole picture. */
function wholeOf(picture: Picture): Region {
  const { width, height } = sizeOf(picture);
  return {
    center: { x: width / 2, y: height / 2 },
    size: Math.max(width, height),
    rotation: 0,
  };
}

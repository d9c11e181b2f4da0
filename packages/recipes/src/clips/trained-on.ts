import {
  kineticsPreparation,
  ntuPreparation,
  parsePreparation,
  pyskl2dPreparation,
  type Preparation,
} from '@halp/data';
import type { RunManifest } from '@halp/train';
import type { Recipe } from '../recipe.ts';

/** The set that an encoder was trained on. */
export interface TrainedOn {
  /** Its name. */
  readonly set: string;
  /** How it was prepared. */
  readonly preparation: Preparation;
}

/**
 * The set that a run was trained on and how it was prepared, as its manifest says; undefined for an imported checkpoint,
 * where the recipe decides.
 *
 * @throws FormatError if what the manifest says is no preparation.
 */
export function trainedOn({
  name,
  data,
}: Pick<RunManifest, 'name' | 'data'>): TrainedOn | undefined {
  const { preparation, name: set } = data;
  if (preparation === undefined) return undefined;
  return {
    set: String(set),
    preparation: parsePreparation(preparation, `the manifest of ${name}`, 'data.preparation'),
  };
}

/**
 * How the clips of a recipe are prepared where no run says it: upright, as by the authors of HaLP and CMD; with camera
 * axes as recorded, persons by their place and without frames of nobody, as by CrosSCLR, AimCLR and ActCLR; clips of a
 * 2-D detector as Kinetics-skeleton and PYSKL have them.
 */
export function impliedPreparation({ data }: Recipe): Preparation {
  if (data.layout === 'openpose-18') return kineticsPreparation;
  if (data.layout === 'coco-17') return pyskl2dPreparation;
  if (data.axes !== 'camera') return ntuPreparation;
  return {
    ...ntuPreparation,
    ...{ up: 'y', normalisation: 'none', emptyFrames: 'removed', bodies: 'position' },
  };
}

import { currentPrecision, type Precision } from '@halp/backend';

/** A precision other than the default. */
export type OtherPrecision = Exclude<Precision, 'float32'>;

/** The precision of the GRU products, as results record it; undefined for the default, float32. */
export function otherPrecision(
  precision: Precision = currentPrecision(),
): OtherPrecision | undefined {
  return precision === 'float32' ? undefined : precision;
}

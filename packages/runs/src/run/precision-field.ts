import { currentPrecision, type Precision } from '@halp/backend';

/** A precision that is not the default. */
export type OtherPrecision = Exclude<Precision, 'float32'>;

/** With what the encoders of a result multiplied, as its field; none for float32, which is what is meant where nothing is said. */
export function precisionField(precision: Precision = currentPrecision()): {
  readonly precision?: OtherPrecision;
} {
  return precision === 'float32' ? {} : { precision };
}

/** A loss as it is written, with a proper minus. */
export function lossText(loss: number, digits: number): string {
  return loss.toFixed(digits).replace('-', '−');
}

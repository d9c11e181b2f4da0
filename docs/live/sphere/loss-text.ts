/** A loss as text, with a minus sign instead of a hyphen. */
export function lossText(loss: number, digits: number): string {
  return loss.toFixed(digits).replace('-', '−');
}

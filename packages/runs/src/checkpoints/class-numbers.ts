/** Names for classes without names: '0', '1', … */
export function classNumbers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

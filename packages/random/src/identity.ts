/** Four 32-bit words that identify a stream. */
export type Identity = readonly [number, number, number, number];

/** The identity of the stream of a seed. */
export function identityOf(seed: number): Identity {
  return absorb([0x243f6a88, 0x05a308d3, 0x13198a2e, 0x03707344], [seed]);
}

/**
 * The identity of a fork of `parent` with a key: every character of every part is mixed into four
 * lanes (MurmurHash3's multipliers and finalizer, Appleby 2011), so similar keys (epoch 1, epoch 2) give
 * unrelated streams. Strings and numbers are distinguished, and so are ['a', 'b'] and ['ab'].
 */
export function absorb(parent: Identity, key: readonly (string | number)[]): Identity {
  let [a, b, c, d] = parent as readonly number[] as [number, number, number, number];
  for (const part of key) {
    const text = typeof part === 'number' ? `#${part}` : `$${part}`;
    for (let i = 0; i <= text.length; i++) {
      const code = i < text.length ? text.charCodeAt(i) : 0x10000 + text.length;
      a = Math.imul(rotate(a ^ Math.imul(code, 0xcc9e2d51), 15) + b, 0x1b873593);
      b = Math.imul(rotate(b ^ Math.imul(code, 0x239b961b), 16) + c, 0xab0e9789);
      c = Math.imul(rotate(c ^ Math.imul(code, 0x38b34ae5), 17) + d, 0xa1e38b93);
      d = Math.imul(rotate(d ^ Math.imul(code, 0xa1e38b93), 18) + a, 0x239b961b);
    }
  }
  const sum = finalize(a ^ rotate(b, 8) ^ rotate(c, 16) ^ rotate(d, 24));
  const identity = [
    finalize(a + sum),
    finalize(b ^ sum),
    finalize(c - sum),
    finalize(d + (sum << 1)),
  ] as const;
  // The generator never leaves the all-zero state.
  return identity.every((word) => word === 0) ? [1, 0, 0, 0] : identity;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function finalize(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

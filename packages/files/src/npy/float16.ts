/**
 * The numbers of little-endian half-precision floats (IEEE 754 binary16), exactly; payloads of NaNs are kept.
 *
 * Value: (-1)^s · 2^(e - 15) · (1 + m/1024), or (-1)^s · 2^-14 · m/1024 where e = 0.
 */
export function decodeFloat16(bytes: Uint8Array): Float32Array {
  const out = new Float32Array(bytes.length >> 1);
  const bits = new Uint32Array(out.buffer);
  for (let i = 0; i < out.length; i++) {
    const half = (bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8);
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 31;
    const mantissa = half & 0x3ff;
    if (exponent === 0) out[i] = (sign === 0 ? 1 : -1) * mantissa * 2 ** -24;
    else {
      // 255 for infinities and NaNs; otherwise the bias becomes 127 instead of 15.
      const wide = exponent === 31 ? 255 : exponent + 112;
      bits[i] = sign | (wide << 23) | (mantissa << 13);
    }
  }
  return out;
}

import { type Clip, createClip } from '@halp/skeleton';

/** A clip of the person with the longest path of all joints. */
export function liveliestPerson({ data, shape: [C, T, V, M] }: Clip): Clip {
  const lengths = Array.from({ length: M }, (_, m) => {
    let length = 0;
    for (let i = 0; i < C * T * V; i++) {
      if (Math.floor(i / V) % T === 0) continue;
      length += Math.abs((data[i * M + m] as number) - (data[(i - V) * M + m] as number));
    }
    return length;
  });
  const most = lengths.indexOf(Math.max(...lengths));
  const clip = createClip([C, T, V, 1]);
  for (let i = 0; i < clip.data.length; i++) clip.data[i] = data[i * M + most] as number;
  return clip;
}

import { describe, expect, it } from 'vitest';
import type { Answer } from '../live/encoder/answer.ts';
import type { Gallery } from '../live/encoder/gallery.ts';
import { knownSimilarity, outsideText } from '../live/encoder/outside.ts';

const angles = (...degrees: readonly number[]): Float32Array =>
  Float32Array.from(
    degrees.flatMap((each) => {
      const at = (Math.PI / 180) * each;
      return [2 * Math.cos(at), 2 * Math.sin(at)];
    }),
  );

describe('a clip outside of the classes', () => {
  it('is below the similarity that 95 % of the gallery have to another performer', () => {
    // Two performers 1° apart in 20 places, and one clip of performer 1 that is 40° away from all of performer 2.
    const places = Array.from({ length: 20 }, (_, i) => 2 * i);
    const features = angles(...places, ...places.map((x) => x + 1), 79);
    const performers = [...places.map(() => 1), ...places.map(() => 2), 1];
    const threshold = knownSimilarity(features, 2, performers);
    expect(threshold).toBeCloseTo(Math.cos(Math.PI / 180), 6);
    const apart = knownSimilarity(angles(0, 90), 2, [1, 2]);
    expect(apart).toBeCloseTo(0, 6);
  });

  const classes = ['wave', 'kick'];
  const gallery = { classes, knownSimilarity: 0.8 } as unknown as Gallery;
  const answer = (similarity: number, truth?: string): Answer =>
    ({
      query: { title: 'x', truth },
      moments: [
        { neighbours: [{ row: 0, similarity }], votes: [{ name: 'kick', probability: 0.7 }] },
      ],
    }) as unknown as Answer;

  it('is flagged with the reason and judged by its neighbours', () => {
    const far = outsideText(answer(0.5), gallery, { classifier: undefined });
    expect(far).toContain('cosine of 0.500, below the threshold of 0.800');
    expect(far).toContain('Among its 10 nearest training clips, 7 are “kick”.');
    expect(outsideText(answer(0.9), gallery, { classifier: undefined })).toBeUndefined();
    expect(outsideText(answer(0.9, 'wave'), gallery, { classifier: undefined })).toBeUndefined();
    expect(outsideText(answer(0.9, 'drop'), gallery, { classifier: undefined })).toContain(
      '“drop”',
    );
  });

  it('is not judged by the gallery if the classifier has other classes', () => {
    const classifier = { classes: ['drop', 'wave'] } as never;
    expect(outsideText(answer(0.5), gallery, { classifier })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { FormatError, formatSafetensors } from '@halp/files';
import { formatClassifier, likeliest, parseClassifier } from '@halp/recipes';

const classifier = {
  weight: Float32Array.of(1, 0, 0, 2, -1, -1),
  bias: Float32Array.of(0, 1, 0),
  classes: ['right', 'up', 'neither'],
  origin: 'by hand',
};

describe('a classifier in a file', () => {
  it('is read back unchanged', () => {
    expect(parseClassifier(formatClassifier(classifier), 'c', 2)).toEqual(classifier);
  });

  it('states its source, if given', () => {
    const of = { identity: { protocol: 'linear', epoch: 300 } };
    expect(parseClassifier(formatClassifier({ ...classifier, of }), 'c', 2).of).toEqual(of);
    const other = formatSafetensors({}, { classes: '[]', of: '{' });
    expect(() => parseClassifier(other, 'c', 2)).toThrow("expected JSON as the metadata 'of'");
  });

  it('is refused for features of another size, or if its classes are not names', () => {
    const bytes = formatClassifier(classifier);
    expect(() => parseClassifier(bytes, 'c', 3)).toThrow(FormatError);
    expect(() => parseClassifier(bytes, 'c', 3)).toThrow('expected weight [3, 3]');
    for (const classes of ['[1, 2]', '{', '"up"']) {
      const other = formatSafetensors({}, { classes });
      expect(() => parseClassifier(other, 'c', 2)).toThrow('to be a list of names in JSON');
    }
  });
});

describe('the likeliest classes', () => {
  it('are the softmax of the logits, in order', () => {
    // Logits 1·1, 2·0.5 + 1 and −1.5.
    const found = likeliest(Float32Array.of(1, 0.5), classifier);
    const exponentials = [1, 2, -1.5].map(Math.exp);
    const sum = exponentials.reduce((a, b) => a + b);
    const [right, up, neither] = exponentials.map((each) => each / sum);
    expect(found.map(({ name }) => name)).toEqual(['up', 'right', 'neither']);
    expect(found[0]?.probability).toBeCloseTo(up as number, 12);
    expect(found[1]?.probability).toBeCloseTo(right as number, 12);
    expect(found[2]?.probability).toBeCloseTo(neither as number, 12);
  });

  it.each([NaN, Infinity, -Infinity])('refuse a classifier or a feature with %s', (odd) => {
    const bias = Float32Array.of(0, odd, 0);
    expect(() => parseClassifier(formatClassifier({ ...classifier, bias }), 'c', 2)).toThrow(
      `c: bias: expected finite numbers, got ${odd} at 1`,
    );
    const weight = Float32Array.of(1, 0, 0, odd, -1, -1);
    expect(() => parseClassifier(formatClassifier({ ...classifier, weight }), 'c', 2)).toThrow(
      `c: weight: expected finite numbers, got ${odd} at 3`,
    );
    const one = Float32Array.of(1, 0.5);
    expect(() => likeliest(one, { ...classifier, bias })).toThrow(
      'likeliest: expected a classifier of finite numbers, got the logit',
    );
    expect(() => likeliest(Float32Array.of(odd, 1), classifier)).toThrow(
      'likeliest: expected a feature of finite numbers, got the logit',
    );
  });

  it('are finite for huge logits, limited to `top`, and refuse features of another size', () => {
    const huge = { ...classifier, weight: classifier.weight.map((each) => 1e4 * each) };
    const [first, ...rest] = likeliest(Float32Array.of(0, 9), huge, 2);
    expect(first).toEqual({ name: 'up', probability: 1 });
    expect(rest).toHaveLength(1);
    expect(() => likeliest(Float32Array.of(1), classifier)).toThrow(
      'likeliest: expected a feature of 2 numbers, got 1',
    );
  });
});

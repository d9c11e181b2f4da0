import { describe, expect, it } from 'vitest';
import { adjacency, kinectV1, kinectV2, type Layout } from '@halp/skeleton';

const at = (
  { weights, joints }: ReturnType<typeof adjacency>,
  k: number,
  v: number,
  w: number,
): number => weights[(k * joints + v) * joints + w] as number;

describe('adjacency', () => {
  it.each([
    ['uniform', 1],
    ['distance', 2],
    ['spatial', 3],
    ['spatial-released', 3],
  ] as const)(
    '%s has %d subsets, whose columns sum to one over all subsets',
    (strategy, subsets) => {
      for (const layout of [kinectV1, kinectV2]) {
        const graph = adjacency(layout, strategy);
        expect([graph.subsets, graph.weights.length]).toEqual([
          subsets,
          subsets * layout.joints.length ** 2,
        ]);
        for (let w = 0; w < graph.joints; w++) {
          let sum = 0;
          for (let k = 0; k < subsets; k++)
            for (let v = 0; v < graph.joints; v++) sum += at(graph, k, v, w);
          expect(sum).toBeCloseTo(1, 6);
        }
      }
    },
  );

  it('distinguishes neighbours towards the root from those away from the root', () => {
    const graph = adjacency(kinectV2, 'spatial');
    // Elbow 5 is the child of shoulder 4 and the parent of wrist 6; three joints contribute to it.
    expect(at(graph, 0, 5, 5)).toBeCloseTo(1 / 3, 7);
    expect([at(graph, 1, 6, 5), at(graph, 2, 4, 5)].map((x) => x * 3)).toEqual(
      [1, 1].map((x) => expect.closeTo(x, 6) as number),
    );
    expect([at(graph, 1, 4, 5), at(graph, 2, 6, 5), at(graph, 1, 5, 5)]).toEqual([0, 0, 0]);
    // All neighbours of the root, 20, are away from the root.
    expect(Array.from({ length: 25 }, (_, v) => at(graph, 2, v, 20)).every((x) => x === 0)).toBe(
      true,
    );
    expect(
      Array.from({ length: 25 }, (_, v) => at(graph, 1, v, 20)).filter((x) => x > 0),
    ).toHaveLength(4);
  });

  it('distinguishes only distances up to one bone under spatial-released', () => {
    const graph = adjacency(kinectV2, 'spatial-released');
    // Shoulder 4 is adjacent to the root, 20, so it is nearer than elbow 5; elbow 5 and wrist 6 count as equally far.
    expect(at(graph, 2, 20, 4) * 3).toBeCloseTo(1, 6);
    expect(at(graph, 2, 4, 5) * 3).toBeCloseTo(1, 6);
    expect([at(graph, 1, 5, 6), at(graph, 1, 7, 6)].map((x) => x * 3)).toEqual(
      [1, 1].map((x) => expect.closeTo(x, 6) as number),
    );
    // The root contributes to its 4 neighbours, and these to 4 others: spine base, head and the two elbows.
    expect(Array.from(graph.weights.subarray(2 * 625)).filter((x) => x > 0)).toHaveLength(8);
  });

  it('normalises each subset separately under directed', () => {
    const graph = adjacency(kinectV2, 'directed');
    const column = (k: number, w: number): readonly (readonly [number, number])[] =>
      Array.from({ length: 25 }, (_, v) => [v, at(graph, k, v, w)] as const).filter(
        ([, x]) => x > 0,
      );
    expect([column(0, 7), column(1, 7), column(2, 7)]).toEqual([[[7, 1]], [[6, 1]], [[22, 1]]]);
    expect(column(2, 20)).toEqual([1, 2, 4, 8].map((v) => [v, 0.25]));
    expect([column(1, 20), column(2, 21)]).toEqual([[], []]);
  });

  it('has the same sum over subsets under every strategy', () => {
    const sums = (['uniform', 'distance', 'spatial', 'spatial-released'] as const).map(
      (strategy) => {
        const graph = adjacency(kinectV1, strategy);
        return Float32Array.from({ length: 400 }, (_, i) =>
          Array.from(
            { length: graph.subsets },
            (_, k) => graph.weights[k * 400 + i] as number,
          ).reduce((a, b) => a + b),
        );
      },
    );
    expect(sums[1]).toEqual(sums[0]);
    expect(sums[2]).toEqual(sums[0]);
    expect(sums[3]).toEqual(sums[0]);
  });

  it('is the identity for joints without bones', () => {
    const lonely: Layout = { ...kinectV1, bones: [] };
    const { weights } = adjacency(lonely, 'uniform');
    expect(Array.from(weights).filter((x) => x !== 0)).toHaveLength(20);
  });
});

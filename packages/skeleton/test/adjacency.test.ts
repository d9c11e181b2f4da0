import { adjacency, kinectV1, kinectV2, type Layout } from '@halp/skeleton';
import { describe, expect, it } from 'vitest';

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
  ] as const)('%s has %d subsets whose columns sum to one together', (strategy, subsets) => {
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
  });

  it('tells neighbours towards the root from those away from it', () => {
    const graph = adjacency(kinectV2, 'spatial');
    // Elbow 5 hangs on shoulder 4 and carries wrist 6; three joints go into it.
    expect(at(graph, 0, 5, 5)).toBeCloseTo(1 / 3, 7);
    expect([at(graph, 1, 6, 5), at(graph, 2, 4, 5)].map((x) => x * 3)).toEqual(
      [1, 1].map((x) => expect.closeTo(x, 6) as number),
    );
    expect([at(graph, 1, 4, 5), at(graph, 2, 6, 5), at(graph, 1, 5, 5)]).toEqual([0, 0, 0]);
    // The root, 20, has neighbours that are further out only.
    expect(Array.from({ length: 25 }, (_, v) => at(graph, 2, v, 20)).every((x) => x === 0)).toBe(
      true,
    );
    expect(
      Array.from({ length: 25 }, (_, v) => at(graph, 1, v, 20)).filter((x) => x > 0),
    ).toHaveLength(4);
  });

  it('is the same graph under every strategy', () => {
    const sums = (['uniform', 'distance', 'spatial'] as const).map((strategy) => {
      const graph = adjacency(kinectV1, strategy);
      return Float32Array.from({ length: 400 }, (_, i) =>
        Array.from(
          { length: graph.subsets },
          (_, k) => graph.weights[k * 400 + i] as number,
        ).reduce((a, b) => a + b),
      );
    });
    expect(sums[1]).toEqual(sums[0]);
    expect(sums[2]).toEqual(sums[0]);
  });

  it('is the identity for joints without bones', () => {
    const lonely: Layout = { ...kinectV1, bones: [] };
    const { weights } = adjacency(lonely, 'uniform');
    expect(Array.from(weights).filter((x) => x !== 0)).toHaveLength(20);
  });
});

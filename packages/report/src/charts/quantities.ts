// Titles, axes and one sentence on how to read them, of the quantities that a training logs.

/** Statistics of hallucinated positives by the start of their name: `kept`, or `kept_motion` for a stream. */
export const diagnostics = {
  kept: {
    title: 'Positives kept',
    axis: 'share of positives (%)',
    scale: 'fraction',
    note: 'The positives that are not rejected; only these are in the HaLP term.',
  },
  angle: {
    title: 'Angle to the positives',
    axis: 'angle (degrees)',
    scale: 'plain',
    note: 'Mean angle between an anchor and its positives. Positives at a larger angle are harder.',
  },
  hardness: {
    title: 'Hardness of the positives',
    axis: 'mean of t / t* (%)',
    scale: 'fraction',
    note: 'How far positives are from their anchor, t, compared with the way to the boundary, t*. 100 %: on the boundary.',
  },
} as const;

/** Metrics of the representation by the start of their name: `uniformity`, or `uniformity_motion` for a stream. */
export const spread = {
  alignment: {
    title: 'Alignment',
    axis: 'squared distance of two views',
    note: '0: both views of a clip have the same embedding. Lower is better only while uniformity stays low.',
  },
  uniformity: {
    title: 'Uniformity',
    axis: 'uniformity',
    note: 'Lower is more evenly spread, at best about -4. 0: all clips have the same embedding.',
  },
  'rankme-features': {
    title: 'Effective rank of the features',
    axis: 'RankMe, before the head',
    note: 'Number of dimensions used by the features that protocols evaluate. Higher is better; a fall is a loss of information.',
  },
  'rankme-embeddings': {
    title: 'Effective rank of the embeddings',
    axis: 'RankMe, after the head',
    note: 'Number of dimensions used by the embeddings. A fall below half its earlier value while uniformity rises towards 0 is a collapse.',
  },
} as const;

/** Accuracies that a training measures, by name. */
export const accuracies = { knn: 'kNN accuracy', linear: 'Linear accuracy' } as const;

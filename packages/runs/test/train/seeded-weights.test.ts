import { seededWeightsTests, SHORT } from './seeded-weights.ts';

seededWeightsTests((name) => SHORT.includes(name));

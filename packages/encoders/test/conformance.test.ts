import { kinectV2 } from '@halp/skeleton';
import { onEachBackend } from '@halp/testing';
import { biGruConformance, stGcnConformance } from './conformance-cases.ts';
import { withoutCentralDifferences } from './conformance-functions.ts';

onEachBackend(() => {
  biGruConformance();
  stGcnConformance(kinectV2, withoutCentralDifferences);
});

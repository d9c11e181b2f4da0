import { onEachBackend } from '@halp/testing';
import { centralDifferences } from '../conformance-functions.ts';
import { threeBlocksConformance } from './agcn-conformance.ts';

onEachBackend((backend) => threeBlocksConformance(backend, centralDifferences));

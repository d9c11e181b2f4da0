import { onEachBackend } from '@halp/testing';
import { centralDifferences } from '../conformance-functions.ts';
import { twoBlocksConformance } from './ctr-gcn-conformance.ts';

onEachBackend((backend) => twoBlocksConformance(backend, centralDifferences));

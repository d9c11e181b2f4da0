import { packageConfig } from '../../tools/tsup.ts';

export default packageConfig([
  'src/index.ts',
  'src/check.ts',
  'src/node.ts',
  'src/prepare/worker.ts',
]);

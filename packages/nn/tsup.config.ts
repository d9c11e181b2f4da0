import { packageConfig } from '../../tools/packages/tsup.ts';

export default packageConfig(['src/index.ts', 'src/check.ts', 'src/conformance.ts', 'src/node.ts']);

import { packageConfig } from '../../tools/tsup.ts';

export default packageConfig(['src/index.ts', 'src/node.ts', 'src/check.ts']);

import { packageConfig } from '../../tools/tsup.ts';

export default packageConfig(['src/node.ts', 'src/check.ts']);

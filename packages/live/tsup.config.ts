import { packageConfig } from '../../tools/packages/tsup.ts';

export default packageConfig(['src/index.ts']);

import { createRequire } from 'node:module';
import { packageConfig } from '../../tools/packages/tsup.ts';

/** What Node cannot import from its package, and `src/gradients.ts` needs: it becomes a part of this package. */
const gradients = createRequire(import.meta.url).resolve(
  '@tensorflow/tfjs-core/dist/register_all_gradients.js',
);

export default packageConfig(['src/index.ts', 'src/browser.ts'], {
  esbuildOptions(options) {
    options.alias = { '@tensorflow/tfjs': gradients };
  },
});

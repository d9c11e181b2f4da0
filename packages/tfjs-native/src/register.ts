import { prepareNative } from './load/prepare.ts';
import { locateNative } from './machine/locate.ts';

// For programs that import TensorFlow.js themselves: `node --import @halp/tfjs-native/register program.js`.
const found = locateNative(process.cwd());
if (found !== undefined) prepareNative(found);

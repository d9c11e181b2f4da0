import { inBrowserTests } from './in-browser.ts';

// The other backends are tested in the long lane.
inBrowserTests(['cpu']);

import { inBrowserTests } from './in-browser.ts';

inBrowserTests(['webgpu', 'webgl']);

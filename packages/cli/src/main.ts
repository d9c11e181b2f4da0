#!/usr/bin/env node

import { outliveReaders } from './terminal/output.ts';
import { createProgram } from './program.ts';

outliveReaders();
await createProgram().parseAsync();

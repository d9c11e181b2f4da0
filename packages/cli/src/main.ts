#!/usr/bin/env node

import { createProgram } from './program.ts';
import { outliveReaders } from './terminal/output.ts';

outliveReaders();
await createProgram().parseAsync();

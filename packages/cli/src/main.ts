#!/usr/bin/env node
import { createProgram } from './program.ts';
import { outliveReaders } from './output.ts';

outliveReaders();
await createProgram().parseAsync();

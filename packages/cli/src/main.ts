#!/usr/bin/env node
import { outliveReaders } from '@halp/runs/check';
import { createProgram } from './program.ts';

outliveReaders();
await createProgram().parseAsync();

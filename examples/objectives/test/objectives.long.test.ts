import { exampleTests } from './examples.ts';

exampleTests(['aimclr', 'barlow-twins', 'byol', 'cmd', 'crossclr', 'moco', 'simclr']);

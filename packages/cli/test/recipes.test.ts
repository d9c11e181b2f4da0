import { describe, expect, it } from 'vitest';
import { recipeNamed } from '@halp/recipes';
import { halp } from './helpers.ts';

describe('halp recipes with the name of a recipe', () => {
  it('prints every setting on a line, each step of a view with its strengths', async () => {
    const { status, stderr } = await halp('recipes', 'synthetic-moco');
    expect(status).toBe(0);
    const lines = stderr.trimEnd().split('\n');
    const settings = Object.fromEntries(
      lines.map((line) => line.split(/ {3,}/) as [string, string]),
    );
    expect(settings).toMatchObject({
      name: 'synthetic-moco',
      data: 'name synthetic, benchmark xsub, layout kinect-v2, persons 2',
      'views.query 0': expect.stringMatching(/^kind \S+, .*\d/) as string,
      encoder: 'kind bigru, hidden 64, layers 2, direction stepwise',
      head: 'hidden 128, outputs 64',
      optimizer: 'momentum 0.9, weightDecay 0.0001',
      objective: 'kind moco, queueSize 256, temperature 0.1, momentum 0.99',
      schedule: 'kind constant, rate 0.05',
      epochs: '30',
      'evaluation.view 0': expect.stringContaining('24') as string,
      'evaluation.linear': expect.stringContaining('milestones [50,70]') as string,
    });
    expect(settings).toMatchObject({
      'views.query 1.choices 0.probability': '0.5',
      'views.query 1.choices 0.steps 0': 'kind joint-corruption, joints 8',
    });
  });

  it('prints the whole recipe with --json, and part of a name still lists recipes', async () => {
    const { stdout } = await halp('recipes', 'synthetic-halp', '--json');
    const whole = JSON.parse(JSON.stringify(recipeNamed('synthetic-halp'))) as object;
    expect(JSON.parse(stdout)).toEqual({ recipe: whole });
    expect((await halp('recipes', 'synthetic-m')).stderr).toMatch(/^recipe +data +benchmark/);
  });
});

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundled } from '@halp/testing';
import { type FakeMachine, fakeMachine } from '../fake-machine.ts';

/** The result of a separate process that installs for a project. */
async function installInProcess(machine: FakeMachine, project: string): Promise<string> {
  const source = pathToFileURL(await bundled(new URL('../../src/index.ts', import.meta.url))).href;
  const options = JSON.stringify({ ...machine.options, project });
  const script = `const { installNative } = await import('${source}'); console.log((await installNative(${options})).did);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return out.trim() + error.trim();
}

describe('two concurrent processes', () => {
  it('fetch the library once, and both work in the end', async () => {
    const machine = fakeMachine({ pip: 'slow' });
    const projects = [machine.options.project, machine.addProject('second')];
    const did = await Promise.all(projects.map((project) => installInProcess(machine, project)));
    expect([...did].sort()).toEqual(['fetched', 'placed']);
    expect(machine.calls().filter((each) => each.includes('download'))).toHaveLength(1);
    expect(projects.map((project) => machine.bound(project))).toEqual([true, true]);
    expect(machine.kept()).toHaveLength(4);
  });

  it('may install for the same project', async () => {
    const machine = fakeMachine({ pip: 'slow' });
    const did = await Promise.all(
      [1, 2].map(() => installInProcess(machine, machine.options.project)),
    );
    expect(did).toContain('fetched');
    expect(did.filter((each) => each === 'placed' || each === 'nothing')).toHaveLength(1);
  });
});

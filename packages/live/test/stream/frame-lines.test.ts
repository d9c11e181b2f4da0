import { describe, expect, it } from 'vitest';
import { framesOfLines, type TimedFrame } from '@halp/live';

async function all(lines: readonly string[], said?: string[]): Promise<TimedFrame[]> {
  const found: TimedFrame[] = [];
  const onEvent = said && (({ text }: { readonly text: string }) => said.push(text));
  for await (const frame of framesOfLines(lines, onEvent)) found.push(frame);
  return found;
}

const line = '{"seconds":1.5,"joints":[[1,2,3],null]}';
const frame = { seconds: 1.5, joints: [[1, 2, 3], null] };

describe('lines of frames', () => {
  it('are frames with their times; empty lines and other fields are ignored', async () => {
    expect(await all([line, '', '  ', '{"id":1,"seconds":2,"joints":[]}'])).toEqual([
      frame,
      { seconds: 2, joints: [] },
    ]);
  });

  it('are left out where they are something else, in one clear line, and go on', async () => {
    const said: string[] = [];
    const wrong = ['{', '7', 'null', '{"seconds":"1","joints":[]}', '{"seconds":1}', '[]'];
    expect(await all([...wrong, line], said)).toEqual([frame]);
    expect(said).toHaveLength(6);
    expect(said[0]).toBe(
      `framesOfLines: expected { "seconds": 1.5, "joints": [[x, y, z], …] } as line 1, got '{'`,
    );
    for (const text of said) expect(text).not.toContain('\n');
  });

  it('throw without a listener', async () => {
    await expect(all(['{', line])).rejects.toThrow("as line 1, got '{'");
  });
});

import { execFileSync } from 'node:child_process';

/**
 * The processor time that Node takes to import modules, in milliseconds: the least of three processes. Processor time
 * depends less on other work of the machine than the time on a clock.
 *
 * @param specifiers - What is imported, together.
 */
export function importTime(specifiers: readonly string[]): number {
  const code = [
    'const before = process.cpuUsage();',
    ...specifiers.map((each) => `await import(${JSON.stringify(each)});`),
    'const { user, system } = process.cpuUsage(before);',
    'process.stdout.write(`${(user + system) / 1000}\\n`);',
    'process.exit(0);',
  ].join('\n');
  const times = [1, 2, 3].map(() => {
    const command = ['--input-type=module', '--eval', code];
    return Number(execFileSync(process.execPath, command, { encoding: 'utf8' }).trim());
  });
  return Math.min(...times);
}

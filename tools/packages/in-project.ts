import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A command may take so long, in milliseconds. */
const PATIENCE = 600_000;

/** The environment with npm's settings as they are configured, but for what `npm run` adds to them. */
export function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle|command|execpath|config_local_prefix)|INIT_CWD)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    npm_config_ignore_scripts: 'true',
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_loglevel: 'warn',
  };
}

/** Runs a command in a folder; its status and everything that it wrote. */
export async function shell(
  command: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ status: number | string; output: string }> {
  const child = spawn(command, { cwd, env, shell: true, timeout: PATIENCE });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ status: code ?? signal ?? 'ended', output }));
  });
}

/**
 * Whether npm can ask for a package that it has not kept.
 *
 * @param scratch - A folder for its cache.
 */
export function reachesRegistry(scratch: string): boolean {
  const nothingKept = ['--cache', join(scratch, 'cache'), '--fetch-retries', '1'];
  const question = ['view', '@tensorflow/tfjs-core', 'version', ...nothingKept];
  return spawnSync('npm', question, { stdio: 'ignore' }).status === 0;
}

// Gets each client's packages with its language's own package manager, and builds it; again only when it changed.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, runCommand } from './command.ts';

export const sources = dirname(fileURLToPath(import.meta.url));
export const cache = join(sources, '../../.cache/clients');

export type Build = Readonly<{
  /** Its folder under the cache. */
  name: string;
  /** Folders and files under test/clients whose change asks for another build. */
  inputs: readonly string[];
  steps: readonly Command[];
}>;

const MINUTES = 60_000;
const done = new Map<string, Promise<void>>();

/** Clients that share a build wait for the same one. */
export function build(job: Build): Promise<void> {
  const running = done.get(job.name) ?? buildOnce(job);
  done.set(job.name, running);
  return running;
}

async function buildOnce({ name, inputs, steps }: Build): Promise<void> {
  const folder = join(cache, name);
  const stampFile = join(cache, `${name}.stamp`);
  const stamp = await digest(inputs, steps);
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return;
  await mkdir(folder, { recursive: true });
  console.log(`building ${name} …`);
  for (const step of steps) {
    const { code, output } = await runCommand({ cwd: folder, ...step }, 10 * MINUTES);
    if (code !== 0)
      throw new Error(`${step.program} ${step.args[0]} ended with ${code}:\n${output.slice(-2000)}`);
  }
  await writeFile(stampFile, stamp);
}

async function digest(inputs: readonly string[], steps: readonly Command[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(steps));
  for (const input of inputs) {
    for (const file of await filesOf(join(sources, input))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

// Imports against the layering of .dependency-cruiser.mjs, and who may read the environment and the arguments.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Verdict, verdictOf } from './part.ts';
import { listFiles, root, runTool } from './run-tool.ts';

const outermost = /^gateway\/(main\.ts$|bin\/|cli\/|demo\/)/;

export async function layering(): Promise<Verdict> {
  const imports = await runTool('depcruise', ['--config', '.dependency-cruiser.mjs', 'gateway', 'test']);
  if (imports.state !== 'ok') return imports;
  const inner = (await listFiles('gateway/*.ts')).filter((file) => !outermost.test(file));
  const findings = await Promise.all(inner.map(findProcessUse));
  return verdictOf(findings.flat());
}

/** A room that read the environment would hide a setting from the configuration. */
async function findProcessUse(file: string): Promise<string[]> {
  const lines = (await readFile(join(root, file), 'utf8')).split('\n');
  return lines.flatMap((line, at) =>
    /\bprocess\.(env|argv)\b/.test(line)
      ? [`${file}:${at + 1}: only main.ts, cli, bin and demo read process.env and process.argv`]
      : [],
  );
}

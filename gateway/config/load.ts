// From the path of a YAML file to the frozen configuration, or to every reason why it can't be one.
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from './config.types.ts';
import { ConfigError, type Problem, printProblem } from './problem.ts';
import { checkSense } from './sense/sense.ts';
import { checkShape, type FileName } from './shape.ts';
import { readSource } from './source.ts';

/**
 * Reads and checks a configuration file, fills in defaults, and makes file names absolute.
 *
 * @throws ConfigError with every problem as `path.of.key (line N): what is wrong; what would be right`
 */
export async function loadConfig(path: string): Promise<Config> {
  const source = readSource(await readText(path));
  if (source.syntax.length > 0) {
    throw new ConfigError(
      path,
      source.syntax.map(({ line, problem }) => `line ${line}: ${printProblem(problem, undefined)}`),
    );
  }
  const { value } = source;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(path, [
      'the file is not a group of keys; it must begin like "listen:" or "resources:"',
    ]);
  }

  const { problems: misshapen, files } = checkShape(value);
  const problems = [
    ...misshapen,
    ...(await Promise.all(files.map((file) => resolveFile(file, dirname(resolve(path)))))).flat(),
  ];
  // Keys can only contradict each other once each of them is well-formed.
  if (misshapen.length === 0) problems.push(...checkSense(value as Config));
  if (problems.length > 0) {
    const placed = problems.map((problem) => ({ problem, line: source.lineOf(problem.path) }));
    placed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    throw new ConfigError(
      path,
      placed.map(({ problem, line }) => printProblem(problem, line)),
    );
  }
  return deepFreeze(value as Config);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(path, [
      `the file cannot be read (${codeOf(error)}); give the path of a readable YAML file`,
    ]);
  }
}

async function resolveFile({ path, holder, key, need }: FileName, folder: string): Promise<Problem[]> {
  const named = String(holder[key]);
  if (need === 'location' && /^[a-z][a-z\d+.-]+:/i.test(named)) return [];
  const file = resolve(folder, named);
  if (need === 'location') {
    holder[key] = pathToFileURL(file).href;
    return [];
  }
  holder[key] = file;
  if (need === 'created') return [];
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isFile()) return [];
    return [{ path, wrong: `${file} is not a file`, right: 'name a file' }];
  } catch (error) {
    const right = "paths are relative to the configuration file; the gateway's user must be able to read it";
    return [{ path, wrong: `${file} cannot be read (${codeOf(error)})`, right }];
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

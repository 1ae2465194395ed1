// What is wrong in a configuration file, in words that say where and what would be right.
import { editDistance } from '../lib/index.ts';

/** A key's place in the file: names of keys and positions in lists. */
export type Path = readonly (string | number)[];

export type Problem = Readonly<{
  path: Path;
  wrong: string;
  /** What would be right; it follows the semicolon. */
  right: string;
}>;

/** Every problem of one file; `problems` has them line by line as `path.of.key (line N): wrong; right`. */
export class ConfigError extends Error {
  readonly file: string;
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[]) {
    super(
      `${file}: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.file = file;
    this.problems = problems;
  }
}

/** `resources[0].upstream.port`; the whole file has no path. */
export function printPath(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}

export function printProblem(problem: Problem, line: number | undefined): string {
  const where = [printPath(problem.path), line === undefined ? '' : `(line ${line})`]
    .filter(Boolean)
    .join(' ');
  return `${where === '' ? '' : `${where}: `}${problem.wrong}; ${problem.right}`;
}

/** The known word that a misspelt one probably meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(plain(word), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '');
}

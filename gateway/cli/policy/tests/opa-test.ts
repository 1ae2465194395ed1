// The tests of a policy repository, run by OPA, and how much of the policies they reach.
import type { Finding } from '../check/finding.ts';
import { count } from '../check/finding.ts';
import { linesOf } from '../check/format.ts';
import type { Opa } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';
import type { Case } from './cases.ts';

type Result = Readonly<{
  location: Readonly<{ file: string; row: number }>;
  package: string;
  name: string;
  fail?: boolean;
  skip?: boolean;
  error?: unknown;
  sub_results?: Readonly<Record<string, Result>>;
}>;

/** A test takes milliseconds; the whole of them is one rule where cases are data. */
const timeout = ['--timeout', '120s'];

export async function runOpaTests(
  opa: Opa,
  { root, policies, tests }: PolicyRepository & Readonly<{ tests: string }>,
  cases: readonly Case[],
): Promise<Finding> {
  const about = 'tests';
  const run = await opa.run(['test', ...timeout, '--format', 'json', policies, tests], root);
  if (!run.stdout.trim().startsWith('[')) {
    return { grade: 'bad', about, text: 'they do not run', details: linesOf(run.stderr || run.stdout) };
  }
  const results = (JSON.parse(run.stdout) as readonly Result[]).flatMap(leaves);
  const failed = results.filter(({ fail, error }) => fail === true || error !== undefined);
  const skipped = results.filter(({ skip }) => skip === true);
  if (failed.length === 0 && skipped.length === 0 && run.code === 0) {
    return { grade: 'good', about, text: `${count(results.length, 'test')}, by OPA` };
  }
  const byName = new Map(cases.map((each) => [each.name, each]));
  const details = [
    ...failed.flatMap(({ name, location: { file, row } }) => {
      const found = byName.get(name);
      return found === undefined
        ? [`${file}:${row}: ${name}`]
        : [name, ...differences(found).map((line) => `  ${line}`)];
    }),
    ...skipped.map(({ name, location: { file, row } }) => `${file}:${row}: ${name} is skipped`),
  ];
  return {
    grade: 'bad',
    about,
    text: `${failed.length + skipped.length} of ${count(results.length, 'test')} failed`,
    details,
  };
}

/** The cases of a table are tests of their own. */
function leaves(result: Result): Result[] {
  const inner = Object.values(result.sub_results ?? {});
  if (inner.length === 0) return [result];
  return inner.flatMap((sub) => leaves({ ...sub, location: result.location, package: result.package }));
}

/** What the case wants otherwise, key by key. */
function differences({ want, without, decided }: Case): string[] {
  if (decided === undefined) return ['nothing is decided'];
  const decision = decided as Readonly<Record<string, unknown>>;
  return [
    ...Object.entries(want)
      .filter(([key, value]) => JSON.stringify(sorted(decision[key])) !== JSON.stringify(sorted(value)))
      .map(
        ([key, value]) =>
          `${key} is ${JSON.stringify(decision[key]) ?? 'not there'}, and should be ${JSON.stringify(value)}`,
      ),
    ...without
      .filter((key) => key in decision)
      .map((key) => `${key} is ${JSON.stringify(decision[key])}, and should not be there`),
  ];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

type Coverage = Readonly<{
  files?: Readonly<
    Record<
      string,
      Readonly<{
        covered_lines?: number;
        not_covered_lines?: number;
        not_covered?: readonly Readonly<{ start: { row: number }; end: { row: number } }>[];
      }>
    >
  >;
}>;

/** Of the policies alone: that tests run says nothing. */
export async function measureCoverage(
  opa: Opa,
  { root, policies, tests }: PolicyRepository & Readonly<{ tests: string }>,
  threshold: number,
): Promise<Finding> {
  const about = 'coverage';
  const run = await opa.run(['test', ...timeout, '--coverage', '--format', 'json', policies, tests], root);
  if (!run.stdout.trim().startsWith('{')) {
    return { grade: 'skipped', about, text: 'not measured, since tests fail' };
  }
  const { files = {} } = JSON.parse(run.stdout) as Coverage;
  let covered = 0;
  let missed = 0;
  const details: string[] = [];
  for (const [file, coverage] of Object.entries(files)) {
    if (!file.startsWith(`${policies}/`)) continue;
    covered += coverage.covered_lines ?? 0;
    missed += coverage.not_covered_lines ?? 0;
    for (const { start, end } of coverage.not_covered ?? []) {
      details.push(`${file}:${start.row}${end.row === start.row ? '' : `-${end.row}`} is reached by no test`);
    }
  }
  const percent = covered + missed === 0 ? 100 : (100 * covered) / (covered + missed);
  // Rounded down, so that 100 % is all of it.
  const text = `${(Math.floor(percent * 10) / 10).toFixed(1)} % of the policies' lines, at least ${threshold} % are wanted`;
  return percent >= threshold ? { grade: 'good', about, text } : { grade: 'bad', about, text, details };
}

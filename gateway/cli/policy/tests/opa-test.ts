// The tests of a policy repository, run by OPA, and how much of the policies they reach.
import type { Finding } from '../check/finding.ts';
import { count } from '../check/finding.ts';
import type { Opa } from '../opa/opa.ts';
import { problemsOf } from '../opa/problems.ts';
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

type Tested = PolicyRepository & Readonly<{ tests: string }>;

/** OPA measures coverage only where every test passes, and then says nothing of the tests. */
export async function runOpaTests(
  opa: Opa,
  repository: Tested,
  cases: readonly Case[],
  threshold: number,
): Promise<Finding[]> {
  const { root, policies, tests } = repository;
  const run = await opa.run(['test', ...timeout, '--coverage', '--format', 'json', policies, tests], root);
  if (run.code === 0 && run.stdout.trim().startsWith('{')) {
    const text = cases.length === 0 ? 'all pass' : `all pass, ${count(cases.length, 'case')} among them`;
    return [
      { grade: 'good', about: 'tests', text },
      judgeCoverage(JSON.parse(run.stdout), policies, threshold),
    ];
  }
  return [
    await listFailures(opa, repository, cases),
    { grade: 'skipped', about: 'coverage', text: 'not measured, since tests fail' },
  ];
}

async function listFailures(
  opa: Opa,
  { root, policies, tests }: Tested,
  cases: readonly Case[],
): Promise<Finding> {
  const about = 'tests';
  const run = await opa.run(['test', ...timeout, '--format', 'json', policies, tests], root);
  if (!run.stdout.trim().startsWith('[')) {
    return { grade: 'bad', about, text: 'they do not run', details: problemsOf(run) };
  }
  const results = (JSON.parse(run.stdout) as readonly Result[]).flatMap(leaves);
  const failed = results.filter(({ fail, error }) => fail === true || error !== undefined);
  const skipped = results.filter(({ skip }) => skip === true);
  const byName = new Map(cases.map((each) => [each.name, each]));
  const details = [
    ...failed.flatMap(({ name, location: { file, row } }) => {
      const found = byName.get(name);
      if (found === undefined) return [`${file}:${row}: ${name}`];
      return [name, ...differences(found).map((line) => `  ${line}`)];
    }),
    ...skipped.map(({ name, location: { file, row } }) => `${file}:${row}: ${name} is skipped`),
  ];
  const text = `${failed.length + skipped.length} of ${count(results.length, 'test')} failed`;
  return { grade: 'bad', about, text, details };
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
function judgeCoverage({ files = {} }: Coverage, policies: string, threshold: number): Finding {
  let covered = 0;
  let missed = 0;
  const details: string[] = [];
  for (const [file, coverage] of Object.entries(files)) {
    if (!file.startsWith(`${policies}/`)) continue;
    covered += coverage.covered_lines ?? 0;
    missed += coverage.not_covered_lines ?? 0;
    for (const { start, end } of coverage.not_covered ?? []) {
      const rows = end.row === start.row ? String(start.row) : `${start.row}-${end.row}`;
      details.push(`${file}:${rows} is reached by no test`);
    }
  }
  const percent = covered + missed === 0 ? 100 : (100 * covered) / (covered + missed);
  // Rounded down, so that 100 % is all of it.
  const text = `${(Math.floor(percent * 10) / 10).toFixed(1)} % of the policies' lines; at least ${threshold} % are wanted`;
  const about = 'coverage';
  return percent >= threshold ? { grade: 'good', about, text } : { grade: 'bad', about, text, details };
}

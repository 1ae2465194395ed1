// What Regal, the linter of Rego, has to say.
import { ensureRegal } from '../../../bin/regal.mjs';
import { linesOf } from '../opa/problems.ts';
import { runProgram } from '../opa/run-program.ts';
import type { PolicyRepository } from '../repository.ts';
import { count, type Finding } from './finding.ts';

const about = 'style';

type Report = Readonly<{
  violations: readonly Readonly<{
    title: string;
    category: string;
    description: string;
    location: Readonly<{ file: string; row: number; text?: string }>;
  }>[];
  summary: Readonly<{ files_scanned: number }>;
  errors?: readonly unknown[];
}>;

/** `required`: in CI, where a check that is left out would go unnoticed. */
export async function checkStyle(
  { root, policies, tests }: PolicyRepository,
  { required }: Readonly<{ required: boolean }>,
): Promise<Finding> {
  let regal: string;
  try {
    regal = await ensureRegal();
  } catch (error) {
    const text = `not checked, since Regal is missing: ${(error as Error).message}`;
    return { grade: required ? 'bad' : 'skipped', about, text };
  }
  const folders = tests === undefined ? [policies] : [policies, tests];
  const { code, stdout, stderr } = await runProgram(regal, ['lint', '--format', 'json', ...folders], {
    folder: root,
  });
  const report = readReport(stdout);
  if (report === undefined) {
    const details = linesOf(stderr || stdout).slice(0, 10);
    return { grade: 'bad', about, text: `Regal ended with exit code ${code}`, details };
  }
  const { violations, summary, errors = [] } = report;
  if (errors.length > 0) return { grade: 'bad', about, text: 'a file cannot be read as Rego' };
  if (code === 0) return { grade: 'good', about, text: `${count(summary.files_scanned, 'file')}, by Regal` };
  const details = violations.map(
    ({ title, category, description, location: { file, row } }) =>
      `${file}:${row}: ${description} (${category}/${title})`,
  );
  return { grade: 'bad', about, text: count(violations.length, 'violation'), details };
}

function readReport(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}

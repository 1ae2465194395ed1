// Whether the Rego is formatted as `opa fmt` does it.
import type { Opa } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';
import { count, type Finding } from './finding.ts';

export async function checkFormat(
  opa: Opa,
  { root }: PolicyRepository,
  files: readonly string[],
): Promise<Finding> {
  const about = 'format';
  const { code, stdout, stderr } = await opa.run(['fmt', '--list', '--fail', ...files], root);
  if (code === 0) return { grade: 'good', about, text: count(files.length, 'file') };
  const unformatted = stdout.split('\n').filter((line) => files.includes(line));
  if (unformatted.length === 0) {
    return { grade: 'bad', about, text: 'a file cannot be read as Rego', details: linesOf(stderr) };
  }
  return {
    grade: 'bad',
    about,
    text: `${count(unformatted.length, 'file')} to format; run: opa fmt --write ${unformatted.join(' ')}`,
  };
}

export const linesOf = (text: string): string[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '');

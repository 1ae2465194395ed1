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
  const { code, stdout } = await opa.run(['fmt', '--list', '--fail', ...files], root);
  if (code === 0) return { grade: 'good', about, text: count(files.length, 'file') };
  const unformatted = stdout.split('\n').filter((line) => files.includes(line));
  // What stands in the way is said by the next check, which compiles.
  if (unformatted.length === 0) return { grade: 'bad', about, text: 'a file cannot be read as Rego' };
  return {
    grade: 'bad',
    about,
    text: `${count(unformatted.length, 'file')} to format; run: opa fmt --write ${unformatted.join(' ')}`,
  };
}

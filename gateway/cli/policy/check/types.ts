// Whether the Rego compiles in strict mode against the schemas, and calls nothing that the gateway's engine lacks.
import type { Opa } from '../opa/opa.ts';
import type { PolicyRepository } from '../repository.ts';
import type { Finding } from './finding.ts';
import { linesOf } from './format.ts';

export async function checkTypes(opa: Opa, repository: PolicyRepository): Promise<Finding> {
  const { root, policies, tests, schemas, capabilities } = repository;
  const about = 'types';
  const strict = ['check', '--strict', '--format', 'json', '--schema', schemas];
  const engine = await opa.run([...strict, '--capabilities', capabilities, policies], root);
  // Tests run in OPA itself, which knows more functions.
  const all =
    engine.code === 0 && tests !== undefined ? await opa.run([...strict, policies, tests], root) : engine;
  if (all.code === 0) return { grade: 'good', about, text: `strict, against ${schemas}` };
  return { grade: 'bad', about, text: 'the policies do not compile', details: problemsOf(all) };
}

type OpaError = Readonly<{
  message: string;
  location?: Readonly<{ file: string; row: number; col: number }>;
  details?: Readonly<{ line?: string }>;
}>;

/** As `opa check` prints them, one or two lines each. */
function problemsOf({ stdout, stderr }: Readonly<{ stdout: string; stderr: string }>): string[] {
  const printed = [stdout, stderr].find((text) => text.trim().startsWith('{'));
  if (printed === undefined) return linesOf(stderr || stdout);
  const { errors } = JSON.parse(printed) as { errors: readonly OpaError[] };
  return errors.flatMap(({ message, location, details }) => [
    `${location === undefined || location.file === '' ? '' : `${location.file}:${location.row}: `}${explained(message)}`,
    ...(details?.line === undefined ? [] : [`  ${details.line.trim()}`]),
  ]);
}

/** OPA calls a function that the capabilities leave out "undefined", as if it were misspelt. */
function explained(message: string): string {
  const [, name] = /undefined function ([\w.]+)/.exec(message) ?? [];
  if (name === undefined) return message;
  return `undefined function ${name}: either it is misspelt, or the gateway's engine does not have it`;
}

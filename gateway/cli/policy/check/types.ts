// Whether the Rego compiles in strict mode against the schemas, and calls nothing that the gateway's engine lacks.
import type { Opa } from '../opa/opa.ts';
import { problemsOf } from '../opa/problems.ts';
import type { PolicyRepository } from '../repository.ts';
import type { Finding } from './finding.ts';

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

// Functions that a security team vouches for, by signature, and what of that the database doesn't have.
import type { Routine, Vouch } from '../../sql/index.ts';
import { readSignature } from '../functions/function-signature.ts';
import type { CatalogData } from './catalog-data.ts';
import { joinName, splitName } from './catalog-names.ts';
import type { CatalogFinding } from './finding.ts';
import type { LoadedRelation } from './loaded-relation.ts';

/** By the signature as `printSignature` prints it; a space after a comma is how people write. */
export function vouchesBySignature({ functions }: CatalogData): ReadonlyMap<string, Vouch> {
  return new Map(Object.entries(functions).map(([text, vouch]) => [signatureOf(text), vouch]));
}

function signatureOf(text: string): string {
  return readSignature(text.replace(/,\s+/g, ','));
}

type Known = Readonly<{
  routines: ReadonlyMap<number, Routine>;
  routinesNamed(name: string): readonly Routine[];
  findRelation(schema: string, name: string): LoadedRelation | undefined;
}>;

export function findVouchProblems({ functions }: CatalogData, known: Known): readonly CatalogFinding[] {
  const findings: CatalogFinding[] = [];
  const vouched = new Set([...known.routines.values()].flatMap(({ vouch }) => vouch ?? []));
  for (const [text, vouch] of Object.entries(functions)) {
    if (!vouched.has(vouch)) findings.push(unknownFunction(text, known));
    for (const name of [...vouch.reads, ...vouch.writes]) {
      const problem = findNameProblem(text, name, known);
      if (problem !== undefined) findings.push(problem);
    }
  }
  return findings;
}

function unknownFunction(text: string, { routinesNamed }: Known): CatalogFinding {
  const [, schema, name = ''] = /^(.*?)\.(.*)\(/s.exec(signatureOf(text)) ?? [];
  const similar = routinesNamed(name)
    .filter((routine) => routine.schema === schema)
    .map(({ argumentTypes }) => `${schema}.${name}(${argumentTypes.join(',')})`);
  const hint = similar.length > 0 ? `; there is ${similar.slice(0, 3).join(', ')}` : '';
  const message = `the data vouches for ${text}, but there is no such function${hint}`;
  return { kind: 'unknown_function', name: text, message };
}

function findNameProblem(text: string, name: string, { findRelation }: Known): CatalogFinding | undefined {
  const [schema = '', table = '', column] = splitName(name) ?? [];
  const relation = findRelation(schema, table);
  if (relation === undefined) {
    const message = `the data says that ${text} uses ${name}, but there is no relation ${joinName(schema, table)}`;
    return { kind: 'unknown_relation', name, message };
  }
  if (column === undefined || relation.packed?.numberOf(column) !== undefined) return undefined;
  const message = `the data says that ${text} reads ${name}, but there is no column of that name`;
  return { kind: 'unknown_column', name, message };
}

// The cases of policy-tests as cases.rego completes them, and what OPA decides of each.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { evaluate, root } from './opa.ts';

export type Case = Readonly<{
  entrypoint: string;
  input: unknown;
  access: unknown;
  for_tests: unknown;
  want: Readonly<Record<string, unknown>>;
  without: readonly string[];
  malformed: boolean;
}>;

export type Cases = Readonly<{
  all: Readonly<Record<string, Case>>;
  decided: Readonly<Record<string, unknown>>;
}>;

export async function readCases(): Promise<Cases> {
  const query = '{"all": data.policy_cases.all, "decided": data.policy_cases.decided}';
  return (await evaluate(query)) as Cases;
}

/** Says what is wrong with a document, as its schema sees it; empty: nothing. */
export async function checkAgainst(schema: string): Promise<(document: unknown) => readonly string[]> {
  const text = await readFile(join(root, 'schemas', `${schema}.schema.json`), 'utf8');
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(text));
  return (document) =>
    validate(document)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

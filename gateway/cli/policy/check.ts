// `portcullis policy check`.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, CommandError } from '../command.ts';
import { checkData } from './check/access.ts';
import { type Finding, printFinding } from './check/finding.ts';
import { checkFormat } from './check/format.ts';
import { checkStyle } from './check/style.ts';
import { checkTypes } from './check/types.ts';
import { prepareOpa, verboseOption } from './opa/opa.ts';
import { openRepository, type PolicyRepository } from './repository.ts';

export const policyCheck: Command = {
  name: 'policy check',
  summary: 'Check the policies of a repository, and their data',
  usage: '[DIR]',
  description:
    'Format (opa fmt), strict compilation against the schemas and with the functions that the gateway has ' +
    '(opa check), the data against their schemas, and style (Regal). DIR is the current folder unless given. ' +
    'Where Regal is missing, and can be neither fetched nor built, its part is left out with a warning; with ' +
    'CI=true in the environment it fails.',
  options: verboseOption,
  arguments: { min: 0, max: 1 },
  examples: ['portcullis policy check', 'portcullis policy check my-policy'],
  prints: 'One line a check, ✓ or ✕, and below it each problem with its file and line.',
  exits: { 1: 'There is a problem.' },
  async run(invocation) {
    const { terminal } = invocation;
    const repository = await openRepository(invocation.positionals[0] ?? '.');
    const opa = await prepareOpa(invocation);
    const files = await regoFiles(repository);
    if (files.length === 0) throw new CommandError(`${repository.root} has no .rego files`);
    const checks: (() => Promise<Finding>)[] = [
      () => checkFormat(opa, repository, files),
      () => checkTypes(opa, repository),
      () => checkData(repository),
      () => checkStyle(repository, { required: isSet(terminal.env.CI) }),
    ];
    let bad = 0;
    for (const check of checks) {
      const finding = await check();
      if (finding.grade === 'bad') bad += 1;
      terminal.stdout.write(printFinding(finding));
    }
    return bad === 0 ? 0 : 1;
  },
};

async function regoFiles({ root, policies, tests }: PolicyRepository): Promise<string[]> {
  const folders = tests === undefined ? [policies] : [policies, tests];
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true }))
        .filter((file) => file.endsWith('.rego'))
        .map((file) => join(folder, file)),
    ),
  );
  return found.flat().sort();
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && !['', '0', 'false'].includes(value);

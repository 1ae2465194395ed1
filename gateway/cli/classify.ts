// `portcullis classify`.

import { catalogQuery, loadSnapshot } from '../catalog/index.ts';
import {
  classify as classifyColumns,
  defaultSampleOptions,
  type Sampled,
  sampleColumns,
} from '../classify/index.ts';
import { silentLog } from '../lib/index.ts';
import { printFindings } from './catalog/print-findings.ts';
import { catalogDataOption } from './catalog-data.ts';
import { labelsInUse } from './classify/labels-in-use.ts';
import { renderJson } from './classify/render-json.ts';
import { renderYaml } from './classify/render-yaml.ts';
import { type Command, CommandError, type Invocation, UsageError } from './command.ts';
import { type ResolverAccess, resolverOptions, withResolver } from './resolver-access.ts';
import { printable } from './sql/display-text.ts';

const applicationName = 'portcullis classify';
const defaultConfidence = 0.5;
const defaultCredential = 'classifier';

export const classify: Command = {
  name: 'classify',
  summary: "Propose labels for a resource's columns",
  description:
    'Tells from names, types, comments and foreign keys which columns look sensitive and have no label, and prints ' +
    "YAML for the policy's data (policies/catalog/data.yaml), with a confidence for each and why. With --sample it " +
    'looks at some values too, as the credential "classifier" of the resource, which needs SELECT on the tables: ' +
    'values are counted by what they look like, and none is printed, logged or kept.\n' +
    'Labels count that comments, SECURITY LABEL and the bundles of the configuration give, or --data in their place.',
  options: {
    ...resolverOptions,
    data: {
      ...catalogDataOption.data,
      help: `${catalogDataOption.data.help} In the place of the bundles' own.`,
    },
    schemas: { type: 'string', value: 'NAMES', help: 'Only these schemas, with commas between them.' },
    'min-confidence': {
      type: 'string',
      value: 'NUMBER',
      help: `Leave out what is less sure, from 0 to 1 (${defaultConfidence}).`,
    },
    sample: { type: 'boolean', help: 'Look at values: some rows of each table.' },
    rows: {
      type: 'string',
      value: 'N',
      help: `With --sample: rows of a table (${defaultSampleOptions.rows}).`,
    },
    credential: {
      type: 'string',
      value: 'NAME',
      help: `With --sample: the credential of the resource that may read tables (${defaultCredential}).`,
    },
    all: { type: 'boolean', help: 'List the columns that have labels too, as comments.' },
    json: { type: 'boolean', help: 'Print JSON.' },
  },
  examples: [
    'portcullis classify --config portcullis.yaml > proposals.yaml',
    'portcullis classify --config portcullis.yaml --resource orders --sample --schemas public,hr',
    'portcullis classify --config portcullis.yaml --data policies/catalog/data.yaml --min-confidence 0.8',
  ],
  prints: 'YAML, or JSON; what could not be looked at goes to standard error.',
  exits: { 1: 'The database cannot be asked.' },
  async run(invocation) {
    const minConfidence = numberOption(invocation, 'min-confidence', defaultConfidence, 0, 1);
    const rows = numberOption(invocation, 'rows', defaultSampleOptions.rows, 1, 10_000);
    const schemas = invocation
      .text('schemas')
      ?.split(',')
      .map((name) => name.trim());
    return await withResolver(invocation, applicationName, async (access) => {
      const { resource, config } = access;
      const credential = credentialOf(invocation, access);
      const data = await labelsInUse(invocation, config, resource.name);
      const snapshot = await loadSnapshot(catalogQuery(await access.connect()), { data, log: silentLog });
      checkSchemas(
        schemas,
        [...snapshot.relations()].map(({ schema }) => schema),
      );
      let sampled: Sampled | undefined;
      if (credential !== undefined) {
        const query = catalogQuery(await access.connect(credential));
        sampled = await sampleColumns(query, snapshot, { ...defaultSampleOptions, rows, schemas });
      }
      const { terminal } = invocation;
      const classification = await classifyColumns(snapshot, {
        minConfidence,
        schemas,
        sampled: sampled?.columns,
      });
      const all = invocation.flag('all');
      const { database } = snapshot;
      const page = { resource: resource.name, database, classification, minConfidence, all };
      terminal.stdout.write(
        invocation.flag('json')
          ? renderJson(resource.name, classification, snapshot, all)
          : renderYaml({ ...page, sampledTables: sampled?.tables }),
      );
      printFindings(snapshot.findings, terminal);
      for (const note of sampled?.notes ?? []) terminal.stderr.write(`! ${printable(note)}\n`);
      return 0;
    });
  },
};

function numberOption(
  { text }: Invocation,
  name: string,
  otherwise: number,
  least: number,
  most: number,
): number {
  const given = text(name);
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (given.trim() !== '' && number >= least && number <= most) return number;
  throw new UsageError(`--${name} ${given} is no number from ${least} to ${most}`);
}

/** Undefined: no values are looked at. */
function credentialOf({ flag, text }: Invocation, { resource }: ResolverAccess): string | undefined {
  const named = text('credential');
  if (!flag('sample')) {
    if (named === undefined && text('rows') === undefined) return undefined;
    throw new UsageError('--credential and --rows are about values', 'Add --sample to look at them.');
  }
  const name = named ?? defaultCredential;
  if (resource.credentials[name] !== undefined) return name;
  throw new CommandError(`resource "${resource.name}" has no credential "${name}" to look at values with`, {
    hint:
      'Add one under its credentials whose role has SELECT on the tables to look at, such as a member of ' +
      'pg_read_all_data, or name another with --credential.',
  });
}

function checkSchemas(wanted: readonly string[] | undefined, there: readonly string[]): void {
  const missing = wanted?.filter((name) => !there.includes(name)) ?? [];
  if (missing.length === 0) return;
  throw new CommandError(
    `there is no schema ${missing.map((name) => JSON.stringify(name)).join(', ')} with tables in it`,
  );
}

// Loads the catalog of a database as one version of it, in pieces between which other sessions have their turn.
import { setImmediate as turn } from 'node:timers/promises';
import type { Log } from '../../lib/index.ts';
import type { Routine } from '../../sql/index.ts';
import { applyLabels, defaultLabelOptions, type LabelOptions, loadSecurityLabels } from './apply-labels.ts';
import { type CatalogData, noCatalogData } from './catalog-data.ts';
import { type CatalogQuery, numberOf, textOf } from './catalog-query.ts';
import { loadComments, loadDefaults } from './load-column-parts.ts';
import { loadInheritance } from './load-inheritance.ts';
import { loadKeys } from './load-keys.ts';
import { loadOperators } from './load-operators.ts';
import { loadBelonging, loadReferences } from './load-references.ts';
import { loadRelations, type RelationDrafts } from './load-relations.ts';
import { loadRoutines } from './load-routines.ts';
import { loadRowPolicies } from './load-row-policies.ts';
import { loadRules } from './load-rules.ts';
import { loadTriggers } from './load-triggers.ts';
import { loadTypes } from './load-types.ts';
import { loadWriteExpressions } from './load-write-expressions.ts';
import { NameIndex } from './name-index.ts';
import { loadObjectNames, type ObjectNames } from './object-names.ts';
import { inOneVersion } from './one-version.ts';
import { none, SharedTexts } from './shared-values.ts';
import { digestOf, readSignature } from './signature.ts';
import { LoadedSnapshot, type Snapshot } from './snapshot.ts';
import { findVouchProblems, vouchesBySignature } from './vouches.ts';

export type SnapshotOptions = Readonly<{
  data?: CatalogData;
  labels?: Partial<LabelOptions>;
  log: Log;
}>;

/**
 * `query` runs over one connection that nobody else uses meanwhile, as a role that may connect: nothing but the system
 * catalogs is read.
 *
 * @example await loadSnapshot(catalogQuery(client), { log })
 */
export function loadSnapshot(query: CatalogQuery, options: SnapshotOptions): Promise<Snapshot> {
  const { data = noCatalogData, labels = {}, log } = options;
  return inOneVersion(query, () => load(query, { data, labels: { ...defaultLabelOptions, ...labels }, log }));
}

type Wanted = Readonly<{ data: CatalogData; labels: LabelOptions; log: Log }>;

async function load(query: CatalogQuery, { data, labels, log }: Wanted): Promise<Snapshot> {
  const began = performance.now();
  const signature = await readSignature(query);
  const { database, majorVersion } = await readServer(query);
  const [names, texts] = [await loadObjectNames(query), new SharedTexts()];
  const types = await loadTypes(query, names, texts);
  const operators = await loadOperators(query, names, texts);
  const routines = await loadRoutines(query, names, texts, vouchesBySignature(data));
  const relations = await loadWholeRelations(query, names, texts);
  const securityLabels = await loadSecurityLabels(query);

  await turn();
  const relationNames = new NameIndex(relations.values());
  const routineNames = byName(routines.values());
  await turn();
  const find = (schema: string, name: string) => relationNames.in(schema, name);
  const routinesNamed = (name: string) => routineNames.get(name) ?? none;
  const findings = [
    ...applyLabels({ relations, find, data, securityLabels, options: labels }),
    ...findVouchProblems(data, { routines, routinesNamed, findRelation: find }),
  ];
  await turn();
  const version = digestOf([majorVersion, database, [...signature], data, labels]);
  const milliseconds = Math.round(performance.now() - began);
  log.debug({ version, relations: relations.size, milliseconds }, 'catalog loaded');
  return new LoadedSnapshot({
    version,
    database,
    majorVersion,
    signature,
    findings,
    relations,
    relationNames,
    routines,
    routineNames,
    operators,
    types,
  });
}

async function loadWholeRelations(
  query: CatalogQuery,
  names: ObjectNames,
  texts: SharedTexts,
): Promise<RelationDrafts> {
  const relations = await loadRelations(query, names, texts);
  await loadDefaults(query, relations, texts);
  await loadComments(query, relations);
  await loadInheritance(query, relations);
  await loadKeys(query, relations);
  await loadReferences(query, relations);
  await loadBelonging(query, relations);
  await loadRules(query, relations);
  await loadTriggers(query, relations);
  await loadRowPolicies(query, relations);
  await loadWriteExpressions(query, relations);
  return relations;
}

async function readServer(query: CatalogQuery): Promise<{ database: string; majorVersion: number }> {
  const [row] = await query(
    "SELECT pg_catalog.current_database(), pg_catalog.current_setting('server_version_num')",
  );
  return { database: textOf(row?.[0]), majorVersion: Math.floor(numberOf(row?.[1]) / 10_000) };
}

function byName(routines: Iterable<Routine>): ReadonlyMap<string, readonly Routine[]> {
  const named = new Map<string, Routine[]>();
  for (const routine of routines) {
    const list = named.get(routine.name);
    if (list === undefined) named.set(routine.name, [routine]);
    else list.push(routine);
  }
  return named;
}

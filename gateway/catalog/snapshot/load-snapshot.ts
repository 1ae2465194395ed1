// Loads the catalog of a database as one version of it, in pieces between which other sessions have their turn.
import type { Log } from '../../lib/index.ts';
import { applyLabels, defaultLabelOptions, type LabelOptions } from './apply-labels.ts';
import { type CatalogData, noCatalogData } from './catalog-data.ts';
import { type CatalogQuery, numberOf, textOf } from './catalog-query.ts';
import { loadCasts } from './load-casts.ts';
import { loadComments, loadDefaults } from './load-column-parts.ts';
import { loadEventTriggers } from './load-event-triggers.ts';
import { loadInheritance } from './load-inheritance.ts';
import { loadKeys } from './load-keys.ts';
import { loadOperators } from './load-operators.ts';
import { loadPartitionKeys } from './load-partition-keys.ts';
import { loadBelonging, loadReferences } from './load-references.ts';
import { loadRelations, type Relations } from './load-relations.ts';
import { loadRoutines } from './load-routines.ts';
import { loadRowPolicies } from './load-row-policies.ts';
import { loadRules } from './load-rules.ts';
import { loadTriggers } from './load-triggers.ts';
import { loadTypes } from './load-types.ts';
import { loadStatisticsExpressions, loadWriteExpressions } from './load-write-expressions.ts';
import { loadObjectNames, type ObjectNames } from './object-names.ts';
import { inOneVersion } from './one-version.ts';
import { loadSecurityLabels } from './security-labels.ts';
import { none, SharedTexts } from './shared-values.ts';
import {
  changedCatalogs,
  digestOf,
  readSignature,
  readVisibleTransactions,
  type Signature,
} from './signature.ts';
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
  return inOneVersion(query, async () => load(query, await readSignature(query), options));
}

export type Verified = Readonly<{
  snapshot: Snapshot;
  /** While the server says the same of what is visible, nothing has been committed since. */
  visible: string;
  /** What the look at the catalogs' versions took. */
  lookMilliseconds: number;
}>;

/** The same snapshot where the catalog is as it was, or a new one. Without a known one, in any case a new one. */
export async function verifySnapshot(
  query: CatalogQuery,
  known: Verified | undefined,
  options: SnapshotOptions,
): Promise<Verified> {
  if (known !== undefined && (await readVisibleTransactions(query)) === known.visible) return known;
  return inOneVersion(query, async () => {
    const began = performance.now();
    const visible = await readVisibleTransactions(query);
    const signature = await readSignature(query);
    const lookMilliseconds = performance.now() - began;
    const changed = known === undefined ? [] : changedCatalogs(known.snapshot.signature, signature);
    if (known !== undefined && changed.length === 0)
      return { snapshot: known.snapshot, visible, lookMilliseconds };
    options.log.info({ changed }, 'the catalog is loaded');
    return { snapshot: await load(query, signature, options), visible, lookMilliseconds };
  });
}

async function load(query: CatalogQuery, signature: Signature, options: SnapshotOptions): Promise<Snapshot> {
  const began = performance.now();
  const { data = noCatalogData, log } = options;
  const labels = { ...defaultLabelOptions, ...options.labels };
  const { database, serverVersion } = await readServer(query);
  const majorVersion = Math.floor(serverVersion / 10_000);
  const [names, texts] = [await loadObjectNames(query), new SharedTexts()];
  const types = await loadTypes(query, names, texts);
  const casts = await loadCasts(query);
  const eventTriggers = await loadEventTriggers(query);
  const operators = await loadOperators(query, names, texts);
  const { routines, routineNames } = await loadRoutines(query, names, texts, vouchesBySignature(data));
  const { relations, relationNames } = await loadWholeRelations(query, names, texts);
  const securityLabels = await loadSecurityLabels(query);

  const find = (schema: string, name: string) => relationNames.find(schema, name);
  const routinesNamed = (name: string) => routineNames.get(name) ?? none;
  const findings = [
    ...(await applyLabels({ relations, find, data, securityLabels, options: labels })),
    ...findVouchProblems(data, { routines, routinesNamed, findRelation: find }),
  ];
  const version = digestOf([majorVersion, database, [...signature], data, labels]);
  const milliseconds = Math.round(performance.now() - began);
  log.debug({ version, relations: relations.size, milliseconds }, 'catalog loaded');
  return new LoadedSnapshot({
    version,
    database,
    majorVersion,
    serverVersion,
    signature,
    data,
    labels,
    findings,
    relations,
    relationNames,
    routines,
    routineNames,
    operators,
    types,
    casts,
    eventTriggers,
  });
}

export async function loadWholeRelations(
  query: CatalogQuery,
  names: ObjectNames,
  texts: SharedTexts,
): Promise<Relations> {
  const { relations, relationNames } = await loadRelations(query, names, texts);
  await loadDefaults(query, relations, texts);
  await loadComments(query, relations, texts);
  // Before the keys: those of a table with heirs don't count.
  await loadInheritance(query, relations);
  await loadKeys(query, relations);
  await loadReferences(query, relations);
  await loadBelonging(query, relations);
  await loadRules(query, relations);
  await loadTriggers(query, relations);
  await loadRowPolicies(query, relations);
  await loadPartitionKeys(query, relations);
  await loadWriteExpressions(query, relations);
  await loadStatisticsExpressions(query, relations);
  return { relations, relationNames };
}

async function readServer(query: CatalogQuery): Promise<{ database: string; serverVersion: number }> {
  const [row] = await query(
    "SELECT pg_catalog.current_database(), pg_catalog.current_setting('server_version_num')",
  );
  return { database: textOf(row?.[0]), serverVersion: numberOf(row?.[1]) };
}

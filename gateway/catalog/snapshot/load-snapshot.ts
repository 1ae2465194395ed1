// Loads the catalog of a database as one version of it, in pieces between which other sessions have their turn.
import type { Log } from '../../lib/index.ts';
import { defaultLabelOptions, type LabelOptions } from './apply-labels.ts';
import { type CatalogData, noCatalogData } from './catalog-data.ts';
import { type CatalogQuery, numberOf, textOf } from './catalog-query.ts';
import { inOneVersion } from './one-version.ts';
import { none } from './shared-values.ts';
import {
  changedCatalogs,
  digestOf,
  readSignature,
  readVisibleTransactions,
  type Signature,
} from './signature.ts';
import { LoadedSnapshot, type Snapshot } from './snapshot.ts';
import { loadSources, type Sources, type SourcesBefore } from './snapshot-sources.ts';
import { findVouchProblems } from './vouches.ts';

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
  return inOneVersion(query, async () => {
    const { snapshot } = await load(query, await readSignature(query), options);
    return snapshot;
  });
}

export type Verified = Readonly<{
  snapshot: Snapshot;
  sources: Sources;
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
    if (known !== undefined && changed.length === 0) return { ...known, visible, lookMilliseconds };
    options.log.info({ changed }, 'the catalog is loaded');
    const loaded = await load(query, signature, options, known && { sources: known.sources, changed });
    return { ...loaded, visible, lookMilliseconds };
  });
}

async function load(
  query: CatalogQuery,
  signature: Signature,
  options: SnapshotOptions,
  before?: SourcesBefore,
): Promise<Pick<Verified, 'snapshot' | 'sources'>> {
  const began = performance.now();
  const { data = noCatalogData, log } = options;
  const labels = { ...defaultLabelOptions, ...options.labels };
  const { database, serverVersion } = await readServer(query);
  const majorVersion = Math.floor(serverVersion / 10_000);
  const sources = await loadSources(query, data, labels, before);

  const { routines, routineNames } = sources.routines.value;
  const { relations, relationNames, findings: labelFindings } = sources.relations.value;
  const findRelation = (schema: string, name: string) => relationNames.find(schema, name);
  const routinesNamed = (name: string) => routineNames.get(name) ?? none;
  const findings = [...labelFindings, ...findVouchProblems(data, { routines, routinesNamed, findRelation })];
  const version = digestOf([majorVersion, database, [...signature], data, labels]);
  const milliseconds = Math.round(performance.now() - began);
  log.debug({ version, relations: relations.size, milliseconds }, 'catalog loaded');
  const snapshot = new LoadedSnapshot({
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
    operators: sources.operators.value,
    types: sources.types.value,
    casts: sources.casts.value,
    eventTriggers: sources.eventTriggers.value,
  });
  return { snapshot, sources };
}

async function readServer(query: CatalogQuery): Promise<{ database: string; serverVersion: number }> {
  const [row] = await query(
    "SELECT pg_catalog.current_database(), pg_catalog.current_setting('server_version_num')",
  );
  return { database: textOf(row?.[0]), serverVersion: numberOf(row?.[1]) };
}

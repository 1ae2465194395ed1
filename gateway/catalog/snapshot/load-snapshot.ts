// Loads the catalog of a database as one version of it, in pieces between which other sessions have their turn.
import type { Log } from '../../lib/index.ts';
import { applyLabels, defaultLabelOptions, type LabelOptions, type LabelSources } from './apply-labels.ts';
import { type CatalogData, noCatalogData } from './catalog-data.ts';
import { type CatalogQuery, numberOf, textOf } from './catalog-query.ts';
import type { CatalogFinding } from './finding.ts';
import { loadCasts } from './load-casts.ts';
import { loadComments, loadDefaults } from './load-column-parts.ts';
import { loadEventTriggers } from './load-event-triggers.ts';
import { loadInheritance } from './load-inheritance.ts';
import { loadKeys } from './load-keys.ts';
import { loadOperators } from './load-operators.ts';
import { loadPartitionKeys } from './load-partition-keys.ts';
import { loadBelonging, loadReferences } from './load-references.ts';
import { loadRelations, type Relations } from './load-relations.ts';
import { loadRoutines, loadTypeNames, type Routines, type TypeNames } from './load-routines.ts';
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
import { partReader, type SnapshotPart } from './snapshot-part.ts';
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
  return inOneVersion(query, async () => {
    const { snapshot } = await load(query, await readSignature(query), options);
    return snapshot;
  });
}

/** What a snapshot is made of, for the next one. */
type Sources = Readonly<{
  names: SnapshotPart<ObjectNames>;
  types: SnapshotPart<Awaited<ReturnType<typeof loadTypes>>>;
  casts: SnapshotPart<Awaited<ReturnType<typeof loadCasts>>>;
  eventTriggers: SnapshotPart<Awaited<ReturnType<typeof loadEventTriggers>>>;
  operators: SnapshotPart<Awaited<ReturnType<typeof loadOperators>>>;
  typeNames: TypeNames;
  routines: SnapshotPart<Routines>;
  relations: SnapshotPart<LabelledRelations>;
}>;

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

/** What only other catalogs say than those that changed is taken over. */
async function load(
  query: CatalogQuery,
  signature: Signature,
  options: SnapshotOptions,
  before?: Readonly<{ sources: Sources; changed: readonly string[] }>,
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

async function loadSources(
  query: CatalogQuery,
  data: CatalogData,
  labels: LabelOptions,
  before: Readonly<{ sources: Sources; changed: readonly string[] }> | undefined,
): Promise<Sources> {
  const read = partReader(query, before?.changed ?? []);
  const texts = new SharedTexts();
  const namesPart = await read(before?.sources.names, loadObjectNames);
  const names = namesPart.value;
  // They are in everything else.
  const known = before?.sources.names === namesPart ? before.sources : undefined;
  const typeNames = await loadTypeNames(query, texts, known?.typeNames);
  const knownRoutines = typeNames === known?.typeNames ? known.routines : undefined;
  return {
    names: namesPart,
    types: await read(known?.types, (asked) => loadTypes(asked, names, texts)),
    casts: await read(known?.casts, loadCasts),
    eventTriggers: await read(known?.eventTriggers, loadEventTriggers),
    operators: await read(known?.operators, (asked) => loadOperators(asked, names, texts)),
    typeNames,
    routines: await read(knownRoutines, (asked) =>
      loadRoutines(asked, names, texts, vouchesBySignature(data), typeNames),
    ),
    relations: await read(known?.relations, (asked) =>
      loadLabelledRelations(asked, names, texts, { data, options: labels }),
    ),
  };
}

type LabelledRelations = Relations & Readonly<{ findings: readonly CatalogFinding[] }>;

async function loadLabelledRelations(
  query: CatalogQuery,
  names: ObjectNames,
  texts: SharedTexts,
  labelling: Pick<LabelSources, 'data' | 'options'>,
): Promise<LabelledRelations> {
  const { relations, relationNames } = await loadWholeRelations(query, names, texts);
  const securityLabels = await loadSecurityLabels(query);
  const find = (schema: string, name: string) => relationNames.find(schema, name);
  const findings = await applyLabels({ relations, find, securityLabels, ...labelling });
  return { relations, relationNames, findings };
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

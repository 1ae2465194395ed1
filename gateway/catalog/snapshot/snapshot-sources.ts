// What a snapshot is made of, part by part, each read again only when it may be another one.
import { applyLabels, type LabelOptions, type LabelSources } from './apply-labels.ts';
import type { CatalogData } from './catalog-data.ts';
import type { CatalogQuery } from './catalog-query.ts';
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
import { loadSecurityLabels } from './security-labels.ts';
import { SharedTexts } from './shared-values.ts';
import { partReader, type SnapshotPart } from './snapshot-part.ts';
import { vouchesBySignature } from './vouches.ts';

/** What a snapshot is made of, for the next one. */
export type Sources = Readonly<{
  names: SnapshotPart<ObjectNames>;
  types: SnapshotPart<Awaited<ReturnType<typeof loadTypes>>>;
  casts: SnapshotPart<Awaited<ReturnType<typeof loadCasts>>>;
  eventTriggers: SnapshotPart<Awaited<ReturnType<typeof loadEventTriggers>>>;
  operators: SnapshotPart<Awaited<ReturnType<typeof loadOperators>>>;
  typeNames: TypeNames;
  routines: SnapshotPart<Routines>;
  relations: SnapshotPart<LabelledRelations>;
}>;

/** Those of the version before, and the catalogs that have changed since. */
export type SourcesBefore = Readonly<{ sources: Sources; changed: readonly string[] }>;

/** What only other catalogs say than those that changed is taken over. */
export async function loadSources(
  query: CatalogQuery,
  data: CatalogData,
  labels: LabelOptions,
  before: SourcesBefore | undefined,
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

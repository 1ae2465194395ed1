// Labels of columns: from data, comments and SECURITY LABEL, and from there to everything that inherits the column.
import type { Column, ColumnLabel } from '../../sql/index.ts';
import type { CatalogData } from './catalog-data.ts';
import { joinName, splitName } from './catalog-names.ts';
import { type CatalogQuery, numberOf, textOf } from './catalog-query.ts';
import type { CatalogFinding } from './finding.ts';
import { readLabelNames } from './label-names.ts';
import { commentTagReader, defaultCommentMarker } from './label-tags.ts';
import type { RelationDraft, RelationDrafts } from './load-relations.ts';
import { type Draft, none } from './shared-values.ts';

export type LabelOptions = Readonly<{
  /** What tags in comments begin with; undefined: comments carry no labels. */
  commentMarker: string | undefined;
  /** The providers whose security labels count; undefined: all. */
  securityLabelProviders: readonly string[] | undefined;
}>;

export const defaultLabelOptions: LabelOptions = {
  commentMarker: defaultCommentMarker,
  securityLabelProviders: undefined,
};

type Labelled = Readonly<{ relation: RelationDraft; column: Draft<Column> }>;

export type SecurityLabel = Readonly<{ relation: number; column: number; provider: string; label: string }>;

const securityLabelSql = `
  SELECT objoid, objsubid, provider, label FROM pg_catalog.pg_seclabel
   WHERE classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objsubid > 0
   ORDER BY objoid, objsubid, provider`;

export async function loadSecurityLabels(query: CatalogQuery): Promise<readonly SecurityLabel[]> {
  return (await query(securityLabelSql)).map(([relation, column, provider, label]) => ({
    relation: numberOf(relation),
    column: numberOf(column),
    provider: textOf(provider),
    label: textOf(label),
  }));
}

export type LabelSources = Readonly<{
  relations: RelationDrafts;
  find(schema: string, name: string): RelationDraft | undefined;
  data: CatalogData;
  securityLabels: readonly SecurityLabel[];
  options: LabelOptions;
}>;

/** Puts labels on the columns; what doesn't fit is returned. */
export function applyLabels(sources: LabelSources): readonly CatalogFinding[] {
  const findings: CatalogFinding[] = [];
  const labelled = new Set<RelationDraft>();
  const put = ({ relation, column }: Labelled, name: string, from: ColumnLabel['from']): void => {
    addLabel(column, { name, from, inheritedFrom: undefined });
    labelled.add(relation);
  };
  putLabelsOfData(sources, put, findings);
  putLabelsOfComments(sources, put, findings);
  putSecurityLabels(sources, put);
  inheritLabels(sources.relations, labelled);
  labelToastTables(sources.relations);
  return findings;
}

type Put = (where: Labelled, name: string, from: ColumnLabel['from']) => void;

function putLabelsOfData({ data, find }: LabelSources, put: Put, findings: CatalogFinding[]): void {
  for (const [name, labels] of Object.entries(data.columns)) {
    const [schema = '', table = '', columnName = ''] = splitName(name) ?? [];
    const relation = find(schema, table);
    const column = relation?.columns.find((candidate) => candidate?.name === columnName);
    if (relation === undefined || column === undefined) {
      const missing = relation === undefined ? `relation ${joinName(schema, table)}` : 'column of that name';
      findings.push({
        kind: relation === undefined ? 'unknown_relation' : 'unknown_column',
        name,
        message: `the data labels ${name}, but there is no ${missing}`,
      });
    } else for (const label of labels) put({ relation, column }, label, 'data');
  }
}

function putLabelsOfComments(
  { relations, options }: LabelSources,
  put: Put,
  findings: CatalogFinding[],
): void {
  const marker = options.commentMarker;
  if (marker === undefined) return;
  const readTags = commentTagReader(marker);
  const read = (comment: string | undefined) => (comment?.includes(marker) ? readTags(comment) : undefined);
  for (const relation of relations.values()) {
    const misplaced = read(relation.comment);
    if (misplaced && misplaced.labels.length + misplaced.unreadable.length > 0)
      findings.push({
        kind: 'misplaced_tag',
        name: joinName(relation.schema, relation.name),
        message: `the comment on ${joinName(relation.schema, relation.name)} has a label: only columns are labelled`,
      });
    for (const column of relation.columns) {
      const tags = read(column?.comment);
      if (column === undefined || tags === undefined) continue;
      for (const label of tags.labels) put({ relation, column }, label, 'comment');
      const name = joinName(relation.schema, relation.name, column.name);
      for (const tag of tags.unreadable)
        findings.push({
          kind: 'unreadable_tag',
          name,
          message: `the comment on ${name} has ${tag}, which is no list of labels`,
        });
    }
  }
}

/** A provider's own text that names no labels, such as a masking rule, labels the column with the provider's name. */
function putSecurityLabels({ relations, securityLabels, options }: LabelSources, put: Put): void {
  const wanted = options.securityLabelProviders;
  for (const { relation: oid, column: number, provider, label } of securityLabels) {
    if (wanted !== undefined && !wanted.includes(provider)) continue;
    const relation = relations.get(oid);
    const column = relation?.columns[number - 1];
    if (relation === undefined || column === undefined) continue;
    for (const name of readLabelNames(label) ?? [provider]) put({ relation, column }, name, 'security_label');
  }
}

/** To children at any depth, by the column's name: its number may be another one there. */
function inheritLabels(relations: RelationDrafts, labelled: ReadonlySet<RelationDraft>): void {
  // What was put on a column itself is passed on, with the name of the relation that it was put on.
  const sources = [...labelled].map((relation) => ({ relation, columns: relation.columns.map(ownLabels) }));
  for (const { relation: source, columns } of sources) {
    const inheritedFrom = joinName(source.schema, source.name);
    for (const descendant of descendantsOf(source, relations)) {
      for (const { name, labels } of columns) {
        const column = labels.length > 0 && descendant.columns.find((own) => own?.name === name);
        if (column) for (const label of labels) addLabel(column, { ...label, inheritedFrom });
      }
    }
  }
}

function ownLabels(column: Column | undefined): Pick<Column, 'name' | 'labels'> {
  return { name: column?.name ?? '', labels: column?.labels.filter((label) => !label.inheritedFrom) ?? [] };
}

function descendantsOf(ancestor: RelationDraft, relations: RelationDrafts): ReadonlySet<RelationDraft> {
  const found = new Set<RelationDraft>([ancestor]);
  // The set grows while it is walked, and holds nothing twice.
  for (const relation of found)
    for (const oid of relation.children) {
      const child = relations.get(oid);
      if (child !== undefined) found.add(child);
    }
  found.delete(ancestor);
  return found;
}

/** A toast table holds long values of any column of its table. */
function labelToastTables(relations: RelationDrafts): void {
  for (const toast of relations.values()) {
    const owner =
      toast.kind === 'toast' && toast.table !== undefined ? relations.get(toast.table) : undefined;
    const labels = owner?.columns.flatMap((column) => column?.labels ?? none) ?? none;
    if (owner === undefined || labels.length === 0) continue;
    // The columns are those of every toast table: this one gets its own.
    toast.columns = toast.columns.map((column) => column && { ...column });
    const value = toast.columns.find((column) => column?.name === 'chunk_data');
    const from = joinName(owner.schema, owner.name);
    if (value === undefined) continue;
    for (const label of labels) addLabel(value, { ...label, inheritedFrom: label.inheritedFrom ?? from });
  }
}

/** One label once: what is said of the column itself comes before what it inherits. */
function addLabel(column: Draft<Column>, label: ColumnLabel): void {
  if (column.labels.some(({ name }) => name === label.name)) return;
  column.labels = [...column.labels, label];
}

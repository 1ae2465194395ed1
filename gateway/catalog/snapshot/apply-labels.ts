// Labels of columns: the server's own, and from data, from tags in comments, and from SECURITY LABEL.
import type { ColumnLabel } from '../../sql/index.ts';
import type { CatalogData } from './catalog-data.ts';
import { joinName, splitName } from './catalog-names.ts';
import type { CatalogFinding } from './finding.ts';
import { inheritLabels, labelToastTables } from './inherit-labels.ts';
import { readLabelNames } from './label-names.ts';
import { type CommentTags, commentTagReader, defaultCommentMarker } from './label-tags.ts';
import type { LoadedRelation, LoadedRelations } from './loaded-relation.ts';
import type { SecurityLabel } from './security-labels.ts';
import { serverLabels } from './server-labels.ts';
import { Turns } from './turns.ts';

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

export type LabelSources = Readonly<{
  relations: LoadedRelations;
  find(schema: string, name: string): LoadedRelation | undefined;
  data: CatalogData;
  securityLabels: readonly SecurityLabel[];
  options: LabelOptions;
}>;

/** Puts labels on the columns; what doesn't fit is returned. */
export async function applyLabels(sources: LabelSources): Promise<readonly CatalogFinding[]> {
  const sink = new LabelSink();
  const { relations, data, find, securityLabels, options } = sources;
  putServerLabels(find, sink);
  putLabelsOfData(data, find, sink);
  if (options.commentMarker !== undefined)
    await putLabelsOfComments(relations, commentTagReader(options.commentMarker), sink);
  putSecurityLabels(securityLabels, relations, options.securityLabelProviders, sink);
  if (sink.labelled.size > 0) {
    await inheritLabels(relations, sink.labelled);
    await labelToastTables(relations);
  }
  return sink.findings;
}

class LabelSink {
  readonly findings: CatalogFinding[] = [];
  readonly labelled = new Set<LoadedRelation>();

  put(relation: LoadedRelation, column: number, name: string, from: ColumnLabel['from']): void {
    relation.packed?.addLabel(column, { name, from, inheritedFrom: undefined });
    this.labelled.add(relation);
  }

  find(kind: CatalogFinding['kind'], name: string, message: string): void {
    this.findings.push({ kind, name, message });
  }
}

function putServerLabels(find: LabelSources['find'], sink: LabelSink): void {
  for (const [label, names] of Object.entries(serverLabels)) {
    for (const name of names) {
      const [schema = '', table = '', columnName = ''] = name.split('.');
      const relation = find(schema, table);
      const column = relation?.packed?.numberOf(columnName);
      if (relation !== undefined && column !== undefined) sink.put(relation, column, label, 'server');
    }
  }
}

function putLabelsOfData(data: CatalogData, find: LabelSources['find'], sink: LabelSink): void {
  for (const [name, labels] of Object.entries(data.columns)) {
    const [schema = '', table = '', columnName = ''] = splitName(name) ?? [];
    const relation = find(schema, table);
    const column = relation?.packed?.numberOf(columnName);
    if (relation === undefined) {
      const missing = joinName(schema, table);
      sink.find('unknown_relation', name, `the data labels ${name}, but there is no relation ${missing}`);
    } else if (column === undefined) {
      sink.find('unknown_column', name, `the data labels ${name}, but there is no column of that name`);
    } else for (const label of labels) sink.put(relation, column, label, 'data');
  }
}

async function putLabelsOfComments(
  relations: LoadedRelations,
  readTags: (comment: string) => CommentTags,
  sink: LabelSink,
): Promise<void> {
  const turns = new Turns();
  for (const relation of relations.values()) {
    if (turns.areDue()) await turns.give();
    const { labels: misplaced, unreadable: broken } = readTags(relation.comment ?? '');
    if (misplaced.length + broken.length > 0) {
      const name = joinName(relation.schema, relation.name);
      sink.find('misplaced_tag', name, `the comment on ${name} has a label: only columns are labelled`);
    }
    for (const [number, comment] of relation.packed?.comments() ?? []) {
      const { labels, unreadable } = readTags(comment);
      for (const label of labels) sink.put(relation, number, label, 'comment');
      for (const tag of unreadable) {
        const column = relation.packed?.names().get(number) ?? String(number);
        const name = joinName(relation.schema, relation.name, column);
        sink.find('unreadable_tag', name, `the comment on ${name} has ${tag}, which is no list of labels`);
      }
    }
  }
}

/** A provider's own text that names no labels, such as a masking rule, labels the column with the provider's name. */
function putSecurityLabels(
  securityLabels: readonly SecurityLabel[],
  relations: LoadedRelations,
  providers: LabelOptions['securityLabelProviders'],
  sink: LabelSink,
): void {
  for (const { relation: oid, column, provider, label } of securityLabels) {
    if (providers !== undefined && !providers.includes(provider)) continue;
    const relation = relations.get(oid);
    if (relation === undefined) continue;
    for (const name of readLabelNames(label) ?? [provider])
      sink.put(relation, column, name, 'security_label');
  }
}

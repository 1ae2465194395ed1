// Proposes labels for the columns of one database that have none and look as if they should.
import { joinName, type Snapshot, Turns } from '../catalog/index.ts';
import { confidenceOfExample, Examples } from './by-example.ts';
import { followReferences } from './by-reference.ts';
import { type Candidate, columnKey, isInherited, relationsOf } from './candidate.ts';
import { type ColumnEvidence, weigh } from './evidence.ts';
import { tableSense } from './names/table-words.ts';
import { givenTypeName, typeClass } from './names/type-class.ts';
import { type Classification, type LabelledColumn, type Proposal, rounded } from './proposal.ts';
import type { SampledColumn } from './values/value-evidence.ts';

export type ClassifyOptions = Readonly<{
  /** Less sure ones are left out. */
  minConfidence: number;
  /** Undefined: all that are not the server's own. */
  schemas?: readonly string[] | undefined;
  /** What was seen of the values of columns, by `columnKey`. */
  sampled?: ReadonlyMap<string, SampledColumn> | undefined;
}>;

/** In pieces between which others have their turn. */
export async function classify(snapshot: Snapshot, options: ClassifyOptions): Promise<Classification> {
  const turns = new Turns();
  const examples = new Examples();
  const labelled: LabelledColumn[] = [];
  const candidates: Candidate[] = [];
  const known = new Map<string, readonly string[]>();
  for (const relation of relationsOf(snapshot, options.schemas)) {
    const table = tableSense(relation.name);
    for (const column of snapshot.columnsOnce(relation)) {
      if (turns.areDue()) await turns.give();
      if (column === undefined || isInherited(column, relation, snapshot)) continue;
      const key = columnKey(relation.oid, column.number);
      const type = typeClass(column.type, snapshot);
      const { schema, name } = relation;
      const full = joinName(schema, name, column.name);
      if (column.labels.length > 0) {
        const labels = column.labels.map((label) => label.name);
        known.set(key, labels);
        labelled.push({ schema, relation: name, column: column.name, labels: column.labels });
        examples.add({ table: name, column: column.name, type, labels, name: full });
      } else if (snapshot.data.columns[full] === undefined) {
        candidates.push({ key, relation, column, type, table });
      }
    }
  }
  const found = new Map<string, Proposal>();
  const remembered = new Map<string, ColumnEvidence | undefined>();
  for (const candidate of candidates) {
    if (turns.areDue()) await turns.give();
    const proposal = propose(candidate, snapshot, examples, options.sampled?.get(candidate.key), remembered);
    if (proposal !== undefined) found.set(candidate.key, proposal);
  }
  followReferences(candidates, found, known, snapshot);
  const proposals = candidates
    .flatMap(({ key }) => found.get(key) ?? [])
    .filter(({ confidence }) => confidence >= options.minConfidence);
  return { proposals, labelled, columns: candidates.length + labelled.length };
}

function propose(
  { relation, column, type, table }: Candidate,
  snapshot: Snapshot,
  examples: Examples,
  sampled: SampledColumn | undefined,
  remembered: Map<string, ColumnEvidence | undefined>,
): Proposal | undefined {
  const { schema, name } = relation;
  const typeName = givenTypeName(column.type, snapshot);
  const question = { name: column.name, type, typeName, comment: column.comment, table, sampled };
  const evidence =
    sampled === undefined ? rememberedOr(question, remembered, () => weigh(question)) : weigh(question);
  const example = examples.find({ table: name, column: column.name, type });
  const of = { schema, relation: name, column: column.name, type: column.type };
  if (example !== undefined) {
    const because = [`${example.name} has the same name, and is labelled so`, ...(evidence?.because ?? [])];
    const confidence = rounded(Math.max(confidenceOfExample, evidence?.confidence ?? 0));
    return { ...of, labels: example.labels, confidence, because };
  }
  if (evidence === undefined) return undefined;
  const { label, confidence, because } = evidence;
  return { ...of, labels: [label], confidence: rounded(confidence), because };
}

/** Large databases have the same names over and over. */
function rememberedOr(
  question: Readonly<Record<'name' | 'type' | 'typeName' | 'comment' | 'table', string | undefined>>,
  remembered: Map<string, ColumnEvidence | undefined>,
  find: () => ColumnEvidence | undefined,
): ColumnEvidence | undefined {
  const { name, type, typeName, comment, table } = question;
  const key = [table, type, typeName ?? '', name, comment ?? ''].join('\0');
  if (!remembered.has(key)) remembered.set(key, find());
  return remembered.get(key);
}

// Foreign keys: both of their columns have the same values, so what one is the other is too.
import { joinName } from '../catalog/index.ts';
import type { CatalogView } from '../sql/index.ts';
import { type Candidate, columnKey } from './candidate.ts';
import { type Proposal, rounded } from './proposal.ts';

/** Chains of foreign keys are short. */
const mostSteps = 8;
const confidenceOfLabel = 0.95;
/** What is only proposed there may be wrong here as well. */
const worthOfProposal = 0.95;

/** Adds to what was `found`, from labels that are there and from what is proposed, until nothing new comes. */
export function followReferences(
  candidates: readonly Candidate[],
  found: Map<string, Proposal>,
  labelled: ReadonlyMap<string, readonly string[]>,
  catalog: CatalogView,
): void {
  for (let step = 0; step < mostSteps; step++) {
    let changed = false;
    for (const candidate of candidates) {
      const best = bestNeighbour(candidate, found, labelled, catalog);
      if (best === undefined || best.confidence <= (found.get(candidate.key)?.confidence ?? 0)) continue;
      found.set(candidate.key, best);
      changed = true;
    }
    if (!changed) return;
  }
}

function bestNeighbour(
  { relation, column }: Candidate,
  found: ReadonlyMap<string, Proposal>,
  labelled: ReadonlyMap<string, readonly string[]>,
  catalog: CatalogView,
): Proposal | undefined {
  const here = {
    schema: relation.schema,
    relation: relation.name,
    column: column.name,
    type: column.type,
  };
  let best: Proposal | undefined;
  const consider = (oid: number, number: number | undefined, says: string): void => {
    const other = catalog.relation(oid);
    const otherColumn = number === undefined ? undefined : other?.columns[number - 1];
    if (other === undefined || otherColumn === undefined) return;
    const key = columnKey(oid, otherColumn.number);
    const labels = labelled.get(key);
    const proposed = found.get(key);
    const confidence =
      labels === undefined ? (proposed?.confidence ?? 0) * worthOfProposal : confidenceOfLabel;
    if (confidence <= (best?.confidence ?? 0)) return;
    const why = `${says} ${joinName(other.schema, other.name, otherColumn.name)}, which ${labels === undefined ? 'looks so' : 'is labelled so'}`;
    best = {
      ...here,
      labels: labels ?? proposed?.labels ?? [],
      confidence: rounded(confidence),
      because: [why],
    };
  };
  for (const { columns, target, targetColumns } of relation.references) {
    const at = columns.indexOf(column.number);
    if (at >= 0) consider(target, targetColumns[at], 'it refers to');
  }
  for (const { relation: from, columns, targetColumns } of relation.referencedBy) {
    const at = targetColumns.indexOf(column.number);
    if (at >= 0) consider(from, columns[at], 'it is referred to by');
  }
  return best;
}

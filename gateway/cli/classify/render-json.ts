// Proposals for programs.

import type { Snapshot } from '../../catalog/index.ts';
import type { Classification, Proposal } from '../../classify/index.ts';
import { typeName } from '../catalog/type-name.ts';

export function renderJson(
  resource: string,
  { proposals, labelled, columns }: Classification,
  snapshot: Snapshot,
  all: boolean,
): string {
  const document = {
    resource,
    database: snapshot.database,
    version: snapshot.version,
    columns,
    proposals: proposals.map((proposal) => describe(proposal, snapshot)),
    ...(all ? { labelled } : {}),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function describe({ type, ...proposal }: Proposal, snapshot: Snapshot): object {
  const { schema, relation, column, ...rest } = proposal;
  return { schema, relation, column, type: typeName(type, snapshot), ...rest };
}

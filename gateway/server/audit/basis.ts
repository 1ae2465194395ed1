// What a statement was decided by, as the guard leaves it with the effect for whoever keeps a record.
import type { Ask, Decision } from '../../policy/index.ts';
import type { StatementFacts } from '../../sql/index.ts';

/** A statement of the text. Without a decision nothing was decided: no policy is asked. */
export type Judged = Readonly<{
  facts: StatementFacts;
  decision?: Decision | undefined;
  /** Of the bundles. */
  revision?: string | undefined;
}>;

export type ApprovedBy = Readonly<{
  id: string;
  approvers: readonly string[];
  /** As the policy saw it. */
  input: NonNullable<Ask['approval']>;
}>;

export class Basis {
  /** The decisive one, then the others. */
  readonly all: readonly [Judged, ...(readonly Judged[])];
  readonly decisionId: string | undefined;
  readonly approval: ApprovedBy | undefined;

  constructor(all: Basis['all'], decisionId?: string, approval?: ApprovedBy) {
    this.all = all;
    this.decisionId = decisionId;
    this.approval = approval;
  }
}

type AskedLike = Readonly<{
  facts: StatementFacts;
  decided: Readonly<{ decision: Decision; revision: string }>;
}>;

export const judged = ({ facts, decided: { decision, revision } }: AskedLike): Judged => ({
  ...{ facts, decision, revision },
});

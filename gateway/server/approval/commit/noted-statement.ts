// A write that has run in its transaction and is to be approved at the commit: what it was decided by, and what is shown.
import { randomUUID } from 'node:crypto';
import type { Shown, Terms } from '../../../approval/index.ts';
import type { Ask, Decision } from '../../../policy/index.ts';
import type { CommitNote, Statement } from '../../../session/index.ts';
import type { StatementFacts, StatementKind } from '../../../sql/index.ts';
import type { ApprovalDecision } from '../hold.ts';
import { shownOf } from '../shown.ts';

/** Of each statement of the text, the decisive one first. */
export type Asks = readonly [Ask, ...(readonly Ask[])];

export class NotedStatement implements CommitNote {
  readonly id = randomUUID();
  readonly decision: ApprovalDecision;
  readonly decisionId: string;
  readonly revision: string;
  readonly asks: Asks;
  readonly shown: Shown;

  constructor(
    statement: Statement,
    decided: Readonly<{ decision: ApprovalDecision; decisionId: string; revision: string; asks: Asks }>,
  ) {
    this.decision = decided.decision;
    this.decisionId = decided.decisionId;
    this.revision = decided.revision;
    this.asks = decided.asks;
    const facts = decided.asks.map((ask) => ask.facts);
    this.shown = shownOf(statement, facts);
  }

  get rule(): string {
    return this.decision.rule;
  }

  /** What it empties the server does not count. */
  get truncates(): boolean {
    return this.asks.some(({ facts }) => facts.writes.some(({ action }) => action === 'truncate'));
  }

  get terms(): Terms {
    return this.decision.approval;
  }
}

/** What they do can be taken back, and nothing else of it is to be seen before. */
const revocable: ReadonlySet<StatementKind> = new Set<StatementKind>([
  'select',
  'insert',
  'update',
  'delete',
  'merge',
  'truncate',
  'copy',
  'execute',
  'explain',
]);

/** What isn't a plain write is held before it runs, whatever the terms say: at the commit it would be too late. */
export function isHeldAtCommit(
  all: readonly Readonly<{ decided: Readonly<{ decision: Decision }>; facts: StatementFacts }>[],
): boolean {
  return all.every(({ decided: { decision }, facts }) => {
    if (decision.effect !== 'require_approval') return true;
    const { kind, writes, opaque } = facts;
    const isPlain = revocable.has(kind) && writes.length > 0 && opaque.length === 0;
    return decision.approval.at === 'commit' && isPlain;
  });
}

// What the guard of one session decides with.
import type { DatabaseFacts, FactsAnswer } from '../../catalog/index.ts';
import type { Clock } from '../../lib/index.ts';
import type { PolicyTracks } from '../../policy/index.ts';
import type { Effect, Statement } from '../../session/index.ts';
import type { ApprovalOffice } from '../approval/approval-office.ts';
import type { SamplingOptions } from '../approval/commit/row-samples.ts';
import type { Approval } from '../approval/hold.ts';
import type { Asker } from '../asker.ts';
import type { Trail } from '../audit/trail.ts';
import type { Spender } from '../budgets/spender.ts';
import type { Budgets } from '../budgets/spending.ts';
import type { Denials } from '../own-answers/denials.ts';
import type { Later } from './facts-of-statement.ts';
import type { Masking } from './mask-plan.ts';

export type PolicyGuardOptions = Readonly<{
  tracks: PolicyTracks;
  facts: DatabaseFacts;
  asker: Asker;
  /** Whose budgets the session spends. */
  account: string;
  budgets: Budgets;
  masking: Masking;
  /** Where statements wait that people have to approve. */
  office: ApprovalOffice;
  clock: Clock;
  /** Where whoever was refused finds out why. */
  denials: Denials;
  /** Another session of the same credential. */
  open: SamplingOptions['open'];
  /** What is told of statements that wait. */
  trail: Pick<Trail, 'held'>;
}>;

/** `approval`: what the statement waited for, which it has now. */
export type Decide = (
  answer: FactsAnswer,
  statement: Statement,
  options: SessionOptions,
  approval?: Approval,
) => Later<Effect>;

export type SessionOptions = PolicyGuardOptions &
  Readonly<{
    spender: Spender;
    /** For a statement whose facts are found out again once it has waited. */
    decideAgain: Decide;
  }>;

// One process of the gateway as whoever starts it sees it, and what it is given.
import type { Clock, Log } from '../../lib/index.ts';
import type { CancelKey, Guard } from '../../session/index.ts';
import type { Admission } from '../admission.ts';
import type { Applied, AppliedElsewhere } from '../audit/retention/applied.ts';
import type { Budgets } from '../budgets/spending.ts';
import type { Served } from '../served.ts';
import type { SessionDocument } from '../sessions/session-document.ts';
import type { SessionsHere, SessionsQuestion } from '../sessions/sessions-here.ts';
import type { EmbeddedKeeper } from '../state/state-source.ts';
import type { Environment } from '../watched-mask-keys.ts';

export interface Gateway extends Served {
  /** Cancels what runs in the session of this process that the key names; false when there is none. */
  cancel(key: CancelKey): Promise<boolean>;
  /** The sessions of this process. */
  sessions: SessionsHere;
  /** Applies retention to what this process keeps. */
  retain(isDry: boolean): Promise<Applied>;
}

export type GatewayDependencies = Readonly<{
  log: Log;
  clock?: Clock;
  /** Absent: no variable is set. */
  environment?: Environment;
  /** Puts another guard in the place of a resource's own. */
  guard?: (own: Guard) => Guard;
  /** Of several processes on one port: how to reach the others. */
  worker?: WorkerLinks;
}>;

export type WorkerLinks = Readonly<{
  /** Tells the processes of one gateway apart. */
  index: number;
  admission: Admission;
  budgets: Budgets;
  cancelElsewhere: (key: CancelKey) => Promise<void>;
  /** What the others answer. */
  sessionsElsewhere: (question: SessionsQuestion) => Promise<readonly SessionDocument[]>;
  retentionElsewhere: (isDry: boolean) => Promise<AppliedElsewhere>;
  /** Keeps the state database of a gateway that was given none. */
  keeper: EmbeddedKeeper;
}>;

// What a policy is asked, and in which of its entry points.
import type { Input, StatementFacts } from '../../../sql/index.ts';

export type IdentityInput = Input['identity'];
export type SessionInput = Input['session'];
export type ResourceInput = Input['resource'];
export type ApprovalInput = NonNullable<Input['approval']>;
export type GrantsInput = NonNullable<Input['grants']>;
export type AccessInput = NonNullable<Input['access']>;

/**
 * Each object is frozen and stands for its content: whoever has another content is another object. So nothing of them
 * is read again to know whether a decision still holds.
 */
export type ConnectAsk = Readonly<{
  identity: IdentityInput;
  session: SessionInput;
  resource: ResourceInput;
  /** What was granted for a time that runs; absent where there is nothing. */
  grants?: GrantsInput | undefined;
  /** Milliseconds since 1970. */
  now: number;
}>;
/** `approval`: what the statement may run by; such a question is asked anew each time. */
export type Ask = ConnectAsk & Readonly<{ facts: StatementFacts; approval?: ApprovalInput }>;
/** Of a statement that waits, or of access that somebody asked for. */
export type ApproveAsk = ConnectAsk &
  Readonly<{ approval: ApprovalInput; facts?: StatementFacts | undefined; access?: AccessInput | undefined }>;
export type AccessAsk = ConnectAsk & Readonly<{ access: AccessInput }>;

export type Phase = Input['request']['phase'];
export type AnyAsk = ConnectAsk & Partial<Pick<ApproveAsk, 'facts' | 'approval' | 'access'>>;

/** The parts that a phase has beside those of every question, whatever else the one who asks has at hand. */
export const partsOf = (phase: Phase, { facts, approval, access }: AnyAsk) => ({
  facts: phase === 'connect' || phase === 'access' ? undefined : facts,
  approval: phase === 'connect' || phase === 'access' ? undefined : approval,
  access: phase === 'approve' || phase === 'access' ? access : undefined,
});

export const entrypointOf: Readonly<Record<Phase, string>> = {
  connect: 'gateway/connect/decision',
  statement: 'gateway/statement/decision',
  approve: 'gateway/approve/decision',
  access: 'gateway/access/decision',
};

/** Every policy has these; one without the others says no to them. */
export const neededPhases: readonly Phase[] = ['connect', 'statement', 'approve'];

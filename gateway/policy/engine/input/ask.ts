// What a policy is asked, and in which of its entry points.
import type { Input, StatementFacts } from '../../../sql/index.ts';

export type IdentityInput = Input['identity'];
export type SessionInput = Input['session'];
export type ResourceInput = Input['resource'];
export type ApprovalInput = NonNullable<Input['approval']>;

/**
 * Each object is frozen and stands for its content: whoever has another content is another object. So nothing of them
 * is read again to know whether a decision still holds.
 */
export type ConnectAsk = Readonly<{
  identity: IdentityInput;
  session: SessionInput;
  resource: ResourceInput;
  /** Milliseconds since 1970. */
  now: number;
}>;
/** `approval`: what the statement may run by; such a question is asked anew each time. */
export type Ask = ConnectAsk & Readonly<{ facts: StatementFacts; approval?: ApprovalInput }>;
export type ApproveAsk = Ask & Readonly<{ approval: ApprovalInput }>;

export type Phase = Input['request']['phase'];
export type AnyAsk = ConnectAsk & Partial<Pick<ApproveAsk, 'facts' | 'approval'>>;

/** The parts that a phase has beside those of every question, whatever else the one who asks has at hand. */
export const partsOf = (phase: Phase, { facts, approval }: AnyAsk) => ({
  facts: phase === 'connect' ? undefined : facts,
  approval: phase === 'connect' ? undefined : approval,
});

export const entrypointOf: Readonly<Record<Phase, string>> = {
  connect: 'gateway/connect/decision',
  statement: 'gateway/statement/decision',
  approve: 'gateway/approve/decision',
};

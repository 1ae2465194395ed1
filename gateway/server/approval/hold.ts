// Holds a statement until people have approved it, and lets only that very statement run then.
import { isDeepStrictEqual } from 'node:util';
import { approvalInputOf, type Binding, type Draft, type Shown, type Terms } from '../../approval/index.ts';
import { Fault } from '../../lib/index.ts';
import type { ApproveAsk, Ask, Decision } from '../../policy/index.ts';
import type { Statement } from '../../session/index.ts';
import type { StatementFacts } from '../../sql/index.ts';
import { estimated } from '../guard/estimated.ts';
import type { ApprovalOffice } from './approval-office.ts';
import { bindingOf } from './binding.ts';
import { purposeFor, withPurpose } from './purpose.ts';
import { shownOf } from './shown.ts';
import { tableSizes } from './table-sizes.ts';
import { waitingNotice } from './waiting-notice.ts';

export type ApprovalDecision = Extract<Decision, { effect: 'require_approval' }>;

/** What is to be approved, and by which decision. */
export type Held = Readonly<{
  ask: Ask;
  decision: ApprovalDecision;
  decisionId: string;
  revision: string;
  /** Of all statements of the text. */
  facts: readonly StatementFacts[];
}>;

/** An approval that was found or given. It is used when the statement runs. */
export type Approval = Readonly<{
  id: string;
  /** As policies are told of it. */
  input: ApproveAsk['approval'];
  binding: Binding;
  terms: Terms;
}>;

/** Throws why there is none. */
export async function approvalOf(
  { ask, decision, decisionId, revision, facts }: Held,
  statement: Statement,
  office: ApprovalOffice,
): Promise<Approval> {
  const { rule, reason, approval: terms } = decision;
  const binding = bindingOf(statement, facts);
  if (binding === undefined) throw new Fault('approval_unbound', { rule });
  const purpose = await purposeFor(terms, rule, statement);
  const draft: Draft = {
    kind: 'statement',
    ...{ resource: ask.resource.name, identity: ask.identity, sessionId: ask.session.id },
    ...{ rule, revision, decisionId, reason, purpose },
    ...{
      session: withPurpose(ask.session, purpose),
      resourceInput: ask.resource,
      facts: ask.facts,
      terms,
      binding,
    },
    shown: await shownWithNumbers(statement, facts),
  };
  const { signal } = statement;
  const tell = (request: Parameters<typeof waitingNotice>[0]) =>
    statement.tell(waitingNotice(request, office.linkTo(request.id)));
  const id = await office.obtain(draft, { signal, tell });
  const approvals = await office.approvals();
  const request = await approvals.get(id);
  const input = approvalInputOf(request);
  return { id, input, binding, terms };
}

/** With how many rows it is expected to change, of how many. */
async function shownWithNumbers(statement: Statement, facts: readonly StatementFacts[]): Promise<Shown> {
  const sizes = await tableSizes(facts, statement);
  const [only, another] = facts;
  const isUnknown = only?.writes.some(
    ({ rows, estimatedRows, rowFilter }) =>
      rows === undefined &&
      estimatedRows === undefined &&
      rowFilter !== undefined &&
      rowFilter !== 'key_equality',
  );
  if (only === undefined || another !== undefined || isUnknown !== true)
    return shownOf(statement, facts, sizes);
  const known = await estimated(only, ['estimated_rows'], statement);
  return shownOf(statement, [known ?? only], sizes);
}

/**
 * Takes one use of the approval for the statement as it is now: the rules, the labels and what names stand for may have
 * changed while people thought. Gives why it must not run, if so.
 */
export async function useApproval(
  { ask, decision, decisionId, facts }: Held,
  { id, binding, terms }: Approval,
  statement: Statement,
  office: ApprovalOffice,
): Promise<Fault | undefined> {
  const { rule, approval: termsNow } = decision;
  const bindingNow = bindingOf(statement, facts);
  const isSame = bindingNow?.statement.equals(binding.statement) && isDeepStrictEqual(terms, termsNow);
  if (!isSame) return new Fault('approval_outdated', { rule });
  const use = {
    ...{ principal: ask.identity.principal, resource: ask.resource.name, sessionId: ask.session.id },
    ...{ decisionId, binding },
  };
  const approvals = await office.approvals();
  // What nobody waits for any more must not take what a second attempt may use.
  if (statement.signal.aborted) return new Fault('statement_cancelled');
  return (await approvals.use(id, use)) ? undefined : new Fault('approval_used', { rule });
}

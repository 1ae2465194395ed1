// Asks the policy about every statement before the server sees it, and turns its decision into what the session does.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { DatabaseFacts, FactsAnswer } from '../catalog/index.ts';
import { type Clock, Fault } from '../lib/index.ts';
import type { MaskKeys } from '../mask/index.ts';
import type { Ask, Decided, Decider, Decision, PolicyTracks } from '../policy/index.ts';
import {
  type AnswerMeter,
  allow,
  deny,
  type Effect,
  type Guard,
  ServerWords,
  type Statement,
} from '../session/index.ts';
import type { StatementFacts } from '../sql/index.ts';
import { type Facts, permitted, tellChanges } from './allowed.ts';
import { answerLimitsOf } from './answer-limits.ts';
import type { ApprovalOffice } from './approval/approval-office.ts';
import { approveCommit } from './approval/commit/approve-commit.ts';
import { isHeldAtCommit, NotedStatement } from './approval/commit/noted-statement.ts';
import type { SamplingOptions } from './approval/commit/row-samples.ts';
import { type Approval, type ApprovalDecision, approvalOf, type Held, useApproval } from './approval/hold.ts';
import { asksRequester, purposeFor, withPurpose } from './approval/purpose.ts';
import { Basis, judged } from './audit/basis.ts';
import type { Trail } from './audit/trail.ts';
import { Spender } from './budgets/spender.ts';
import type { Budgets } from './budgets/spending.ts';
import { hasBudgets } from './budgets/spendings.ts';
import { estimated } from './estimated.ts';
import { factsOf, type Later } from './facts-of-statement.ts';
import { fixedSettingChanged } from './fixed-settings.ts';
import { type Masking, plannedMasks } from './mask-plan.ts';
import { openGuard } from './open-guard.ts';
import type { Denials } from './own-answers/denials.ts';
import { denied, strictest, unenforceable } from './verdict.ts';
import { withholdsWords } from './withheld-words.ts';

export type Asker = Readonly<{
  /** What policies are told of the principal. The same object for as long as it says the same, as the others. */
  identity: Ask['identity'];
  session: (transaction: Statement['transaction']) => Ask['session'];
  resource: () => Ask['resource'];
  /** For a time that runs; undefined where there is nothing. */
  grants: () => Ask['grants'];
  /** The settings that the policy gave the session, in lower case. */
  fixed: readonly string[];
}>;

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

type SessionOptions = PolicyGuardOptions & Readonly<{ spender: Spender }>;

export function policyGuard(given: PolicyGuardOptions): Guard {
  const { tracks, facts, asker } = given;
  const spender = new Spender(given);
  const options = { ...given, spender };
  const paired = pairing();
  return {
    pinned: openGuard.pinned,
    filters: true,
    standing: () => paired(spender.standing(tracks.decider(asker.identity)), asker.grants()),
    onSchemaChange: () => facts.schemaChanged(),
    decide: (statement) => {
      if (statement.commits !== undefined) return effectOfCommit(statement, options);
      if (statement.text === undefined) return withoutText(statement);
      return effectOfText(statement, statement.text, options);
    },
  };
}

function effectOfText(statement: Statement, text: string, options: SessionOptions): Later<Effect> {
  const answer = factsOf(statement, text, options.facts);
  return answer instanceof Promise
    ? answer.then((late) => effectOf(late, statement, options))
    : effectOf(answer, statement, options);
}

/** What of the transaction needs approval gets it here, or the transaction is rolled back. */
async function effectOfCommit(statement: Statement, options: SessionOptions): Promise<Effect> {
  const { text } = statement;
  const effect = text === undefined ? allow : await effectOfText(statement, text, options);
  if (effect.kind === 'deny') return effect;
  const { asker, office, tracks } = options;
  const decide = (before: Ask, approval: NonNullable<Ask['approval']>): Decision => {
    const decider = tracks.decider(asker.identity);
    if (decider === undefined) throw new Fault('no_policy');
    const { facts } = before;
    const again = asked(facts, statement, decider, options, approval);
    if (tracks.hears) tell(tracks, again, randomUUID());
    return again.decided.decision;
  };
  try {
    await approveCommit({ statement, office, decide, facts: options.facts, open: options.open });
    return effect;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    error.hint = `The transaction is rolled back. ${error.hint ?? ''}`.trim();
    return deny(error);
  }
}

/** What open portals stand on beside `of`: what is granted. The same object for as long as both are the same. */
function pairing(): (of: unknown, grants: Ask['grants']) => unknown {
  let last: Readonly<{ of: unknown; grants: Ask['grants'] }> | undefined;
  return (of, grants) => {
    if (grants === undefined) return of;
    if (last === undefined || last.of !== of || last.grants !== grants) last = { of, grants };
    return last;
  };
}

/** Nothing can be said of what has no text, and the server's own words for a name that it doesn't know are better. */
function withoutText({ path }: Statement): Effect {
  const missing = (sqlstate: string, what: string): Effect =>
    deny(
      new ServerWords({ sqlstate, message: `${what} does not exist`, detail: undefined, hint: undefined }),
    );
  if (path === 'function_call') return deny(new Fault('function_call_refused'));
  return path === 'bind' ? missing('26000', 'prepared statement') : missing('34000', 'portal');
}

/** As the server answers to whatever doesn't end a failed transaction. */
const transactionAborted = new ServerWords({
  sqlstate: '25P02',
  message: 'current transaction is aborted, commands ignored until end of transaction block',
  detail: undefined,
  hint: undefined,
});

function isSingle(statement: Statement): boolean {
  const parsed = statement.parsed();
  return Array.isArray(parsed) && parsed.length === 1;
}

/** `approval`: what it waited for, which it has now. */
function effectOf(
  answer: FactsAnswer,
  statement: Statement,
  options: SessionOptions,
  approval?: Approval,
): Later<Effect> {
  if (answer.kind === 'error') return deny(new ServerWords(answer));
  if (answer.kind === 'unknown') {
    if (statement.transaction === 'failed' && isSingle(statement)) return deny(transactionAborted);
    return deny(new Fault('facts_unknown', { because: answer.reason.because }));
  }
  const { asker, tracks } = options;
  const changed = fixedSettingChanged(answer.statements, asker.fixed);
  if (changed !== undefined) return deny(new Fault('setting_fixed', { name: changed }));
  const decider = tracks.decider(asker.identity);
  if (decider === undefined) return deny(new Fault('no_policy'));

  const [only, another] = answer.statements;
  if (only === undefined) return allow;
  const first = asked(only, statement, decider, options, approval?.input);
  const known = settledBefore.get(answer);
  if (isSame(known, first, options.masking) && !tracks.hears) {
    tellChanges(answer, statement);
    return known.effect;
  }
  if (another !== undefined) {
    const rest = answer.statements
      .slice(1)
      .map((each) => asked(each, statement, decider, options, approval?.input));
    return settled([first, ...rest], answer, statement, options, approval);
  }
  const { needs } = first.decided.decision;
  if (needs === undefined) return settled([first], answer, statement, options, approval);
  return estimated(only, needs, statement).then((found) =>
    settled(
      [found === undefined ? first : asked(found, statement, decider, options, approval?.input)],
      answer,
      statement,
      options,
      approval,
    ),
  );
}

/** One question and its answer. */
type Asked = Readonly<{
  decider: Decider;
  ask: Ask;
  decided: Decided;
  facts: StatementFacts;
  took: number | undefined;
}>;

function asked(
  facts: StatementFacts,
  statement: Statement,
  decider: Decider,
  { asker, clock, tracks }: PolicyGuardOptions,
  approval: Ask['approval'],
): Asked {
  const ask: Ask = {
    identity: asker.identity,
    session: withPurpose(asker.session(statement.transaction), approval?.reason),
    resource: asker.resource(),
    grants: asker.grants(),
    facts,
    now: clock.now(),
    ...(approval === undefined ? {} : { approval }),
  };
  // Most decisions are remembered ones, and a clock takes longer.
  if (!tracks.hears) return { decider, ask, decided: decider.policy.statement(ask), facts, took: undefined };
  const began = performance.now();
  const decided = decider.policy.statement(ask);
  return { decider, ask, decided, facts, took: Math.round((performance.now() - began) * 1e6) };
}

/** What became of facts that stand for themselves: the same decision comes to the same again. */
const settledBefore = new WeakMap<Facts, Settled>();

type Settled = Readonly<{ decision: Decision; keys: MaskKeys; effect: Effect }>;

const isSame = (known: Settled | undefined, { decided }: Asked, masking: Masking): known is Settled =>
  known !== undefined && known.decision === decided.decision && known.keys === masking.keys();

/** The shortest of those that the statements have. */
function timeOf(all: readonly Asked[]): number | undefined {
  let shortest: number | undefined;
  for (const { decided } of all) {
    const { decision } = decided;
    const milliseconds = decision.effect === 'deny' ? undefined : decision.limits?.statement_timeout_ms;
    if (milliseconds !== undefined && milliseconds < (shortest ?? Number.POSITIVE_INFINITY))
      shortest = milliseconds;
  }
  return shortest;
}

/** All of them may run, some with their results masked. */
function running(
  all: Several,
  answer: Facts,
  statement: Statement,
  masking: Masking,
  basis: Basis = basisOf(all),
): Effect {
  const milliseconds = timeOf(all);
  const notices = noticesOf(all);
  const limits = answerLimitsOf(all);
  if (all.every(({ decided }) => decided.decision.effect !== 'mask')) {
    const withholds = all.some(({ decided, facts }) => withholdsWords(decided.decision, facts));
    const isPlain = milliseconds === undefined && notices === undefined && !withholds && limits === undefined;
    const beside = isPlain ? { basis } : { milliseconds, notices, withholds, limits, basis };
    return permitted(answer, statement, beside);
  }
  tellChanges(answer, statement);
  const plans = all.map(({ decided: { decision }, facts }) =>
    decision.effect === 'mask' ? plannedMasks(decision, facts, masking) : undefined,
  );
  return { kind: 'mask', plans, milliseconds, notices, limits, basis };
}

/** The decisive one comes first. */
function basisOf(all: Several, decisionId?: string, approval?: Approval): Basis {
  const decisive = strictest(all);
  const others = all.filter((each) => each !== decisive).map(judged);
  const by = approval && { id: approval.id, approvers: approval.input.approved_by };
  return new Basis([judged(decisive), ...others], decisionId, by);
}

/** Each sentence once. */
function noticesOf(all: readonly Asked[]): readonly string[] | undefined {
  if (all.every(({ decided }) => decided.decision.notices === undefined)) return undefined;
  return [...new Set(all.flatMap(({ decided }) => decided.decision.notices ?? []))];
}

function tell(tracks: PolicyTracks, { decider, ask, decided, took }: Asked, decisionId: string): void {
  const call = { decider, ask, decided, decisionId, at: ask.now, ...(took === undefined ? {} : { took }) };
  tracks.decided({ phase: 'statement', ...call });
}

/** `all`: of the statements of one text. `approval`: what they waited for, which they have now. */
function settled(
  all: Several,
  answer: Facts,
  statement: Statement,
  options: SessionOptions,
  approval: Approval | undefined,
): Later<Effect> {
  const decisive = strictest(all);
  const { decision } = decisive.decided;
  const decisionId = randomUUID();
  const refusal = decision.effect === 'deny' ? denied(decision) : unenforceable(decision, decisive.facts);
  const { tracks, masking } = options;
  // What is prepared is decided again when it runs.
  if (tracks.hears && (refusal !== undefined || statement.path !== 'parse')) {
    for (const each of all) tell(tracks, each, each === decisive ? decisionId : randomUUID());
  }
  if (refusal !== undefined) {
    const { message: reason, hint } = refusal;
    const denial = { rule: decision.rule, reason, hint, at: decisive.ask.now };
    options.denials.keep(decisionId, decisive.ask.identity.principal, denial);
    const basis = basisOf(all, decisionId);
    return { kind: 'deny', fault: refusal, decisionId, notices: decision.notices, basis };
  }
  if (decision.effect === 'require_approval') {
    const released = all.map(asApproved) as unknown as Several;
    if (statement.path === 'parse') return running(released, answer, statement, masking);
    if (isHeldAtCommit(all)) {
      if (all.some(({ decided }) => asksForOther(decided.decision, decision)))
        return { kind: 'deny', fault: new Fault('approval_several'), decisionId, basis: basisOf(all) };
      return runUntilCommit({ ...decisive, decision, decisionId, all }, released, answer, statement, options);
    }
    const held = { ...decisive, decision, decisionId, all };
    return approval === undefined
      ? hold(held, statement, options)
      : useApproval(heldOf(held), approval, statement, options.office).then((fault) =>
          fault === undefined
            ? spending(released, answer, statement, options, decisionId, basisOf(all, decisionId, approval))
            : { kind: 'deny', fault, decisionId, basis: basisOf(all, decisionId, approval) },
        );
  }
  // What has no budgets goes on from here, whatever else it has.
  if (!all.some(hasBudgets) || statement.path === 'parse') {
    const effect = running(all, answer, statement, masking);
    // A Parse spends nothing of a budget that its Bind will, and what is estimated is another number each time.
    if (all.length === 1 && decision.needs === undefined && !all.some(hasBudgets) && approval === undefined)
      settledBefore.set(answer, { decision, keys: masking.keys(), effect });
    return effect;
  }
  return spending(all, answer, statement, options, decisionId);
}

/** It runs, and its commit is held; whoever sends it is asked for their reason before. */
async function runUntilCommit(
  { ask, decided, decision, decisionId, all }: Holding,
  released: Several,
  answer: Facts,
  statement: Statement,
  options: SessionOptions,
): Promise<Effect> {
  const { approval: terms, rule } = decision;
  const rest = all.map((each) => each.ask).filter((each) => each !== ask);
  const asks = [ask, ...rest] as const;
  const note = new NotedStatement(statement, { decision, decisionId, revision: decided.revision, asks });
  try {
    if (asksRequester(terms)) await purposeFor(terms, rule, statement);
  } catch (error) {
    if (error instanceof Fault) return { kind: 'deny', fault: error, decisionId, basis: basisOf(all) };
    throw error;
  }
  const basis = basisOf(all, decisionId);
  return noting(await spending(released, answer, statement, options, decisionId, basis), note);
}

function noting(effect: Effect, commit: NotedStatement): Effect {
  if (effect.kind === 'deny') return effect;
  return { ...effect, limits: { ...effect.limits, readOnly: false, commit } };
}

type Several = readonly [Asked, ...(readonly Asked[])];

/** They run, once there is room in their budgets. */
function spending(
  all: Several,
  answer: Facts,
  statement: Statement,
  { spender, masking }: SessionOptions,
  decisionId: string,
  basis = basisOf(all),
): Later<Effect> {
  const within = (spent: AnswerMeter | Fault | undefined): Effect => {
    if (spent instanceof Fault) return { kind: 'deny', fault: spent, decisionId, basis };
    const effect = running(all, answer, statement, masking, basis);
    if (spent === undefined || effect.kind === 'deny') return effect;
    const readOnly = all.every(({ facts }) => facts.readOnly);
    return { ...effect, limits: { readOnly, ...effect.limits, meter: spent } };
  };
  const spent = spender.spend(all, statement);
  return spent instanceof Promise ? spent.then(within) : within(spent);
}

type Holding = Asked & Readonly<{ decision: ApprovalDecision; decisionId: string; all: Several }>;

/** Waits for approval, and decides once more when it is there: nothing is as old as what people have thought about. */
async function hold(held: Holding, statement: Statement, options: SessionOptions): Promise<Effect> {
  const { ask, decision, decisionId, all } = held;
  const basis = basisOf(all, decisionId);
  const { notices } = decision;
  const refused = (fault: Fault): Effect => ({ kind: 'deny', fault, decisionId, notices, basis });
  if (all.some(({ decided }) => asksForOther(decided.decision, decision)))
    return refused(new Fault('approval_several'));
  try {
    options.trail.held(ask.session.id, statement, basis);
    for (;;) {
      const approval = await approvalOf(heldOf(held), statement, options.office);
      // What it names may have become something else meanwhile.
      options.facts.schemaChanged();
      const answer = await factsOf(statement, statement.text ?? '', options.facts);
      const effect = await effectOf(answer, statement, options, approval);
      // Another statement had the last use of it first: this one asks for an approval of its own.
      const isTaken =
        effect.kind === 'deny' && effect.fault instanceof Fault && effect.fault.code === 'approval_used';
      if (!isTaken) return effect;
    }
  } catch (error) {
    if (error instanceof Fault) return refused(error);
    throw error;
  }
}

const heldOf = ({ ask, decided, decision, decisionId, all }: Holding): Held => ({
  ...{ ask, decision, decisionId, revision: decided.revision },
  facts: all.map(({ facts }) => facts),
});

const asksForOther = (other: Decision, decision: ApprovalDecision): boolean =>
  other.effect === 'require_approval' && !isDeepStrictEqual(other.approval, decision.approval);

/** What it comes to once people have agreed. */
function asApproved(asked: Asked): Asked {
  const { decision } = asked.decided;
  if (decision.effect !== 'require_approval') return asked;
  const { approval: _, masks, ...rest } = decision;
  const approved: Decision =
    masks === undefined ? { ...rest, effect: 'allow' } : { ...rest, effect: 'mask', masks };
  return { ...asked, decided: { ...asked.decided, decision: approved } };
}

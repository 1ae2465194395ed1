// Holds the commit of a transaction until people have approved what it has changed, and decides once more then.
import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  approvalInputOf,
  type Binding,
  type Draft,
  type RowSample,
  type Shown,
  type Terms,
} from '../../../approval/index.ts';
import { Fault } from '../../../lib/index.ts';
import type { Ask, Decision } from '../../../policy/index.ts';
import type { Ran, Statement } from '../../../session/index.ts';
import { denied } from '../../guard/verdict.ts';
import type { ApprovalOffice } from '../approval-office.ts';
import { purposeFor, withPurpose } from '../purpose.ts';
import { waitingNotice } from '../waiting-notice.ts';
import { BlockedWatch, blockedBy } from './blocked-watch.ts';
import { changedInWords, isUncounted, namesOfTables, type TableNames } from './changed-in-words.ts';
import { NotedStatement } from './noted-statement.ts';
import { rowSamples, type SamplingOptions } from './row-samples.ts';

/** Locks are kept no longer than this for people, unless the terms say so. */
const LOCK_SECONDS = 300;
/** More statements aren't shown one by one. */
const SHOWN_MOST = 100;

export type CommitOptions = Readonly<{
  statement: Statement;
  office: ApprovalOffice;
  /** What the policy says of it now. */
  decide: (ask: Ask, approval: NonNullable<Ask['approval']>) => Decision;
}> &
  Pick<SamplingOptions, 'facts' | 'open'>;

/** Statements that need approval on the same terms, which is one request. */
type Part = Readonly<{
  terms: Terms;
  ran: readonly Ran[];
  notes: readonly NotedStatement[];
  binding: Binding;
}>;

/** Throws why it must not be committed. */
export async function approveCommit(options: CommitOptions): Promise<void> {
  const { statement } = options;
  await statement.answered();
  // A COMMIT of what has failed rolls it back.
  if (hasFailed(statement)) return;
  const ran = statement.commits ?? [];
  const parts = partsOf(ran).filter((part) => !isFree(part));
  if (parts.length === 0) return;
  const names = await namesOfTables(ran, statement);
  const blocks = await blockedBy(statement);
  const purpose = await purposeOfAll(parts, statement);
  const stop = new AbortController();
  const signal = AbortSignal.any([statement.signal, stop.signal]);
  const asked = new Set<string>();
  const watch = new BlockedWatch(statement, blocks, async (blocked) => {
    const approvals = await options.office.approvals();
    for (const id of asked) await approvals.tellBlocks(id, blocked);
  });
  let ids: readonly string[];
  try {
    const samples = await samplesOf(parts, options);
    const waiting = parts.map((part, index) =>
      obtained(part, {
        samples: samples[index] ?? [],
        ...options,
        names,
        blocks,
        purpose,
        signal,
        asked,
      }),
    );
    ids = await Promise.all(waiting);
  } finally {
    // One that is refused ends the others.
    stop.abort();
    await watch.stop();
  }
  if (hasFailed(statement)) throw new Fault('decision_failed');
  const before = new Set(ran);
  if (statement.commits?.length !== ran.length || !statement.commits.every((each) => before.has(each)))
    throw new Fault('decision_failed');
  for (const [index, part] of parts.entries()) await decidedAgain(part, ids[index] ?? '', options);
  for (const [index, part] of parts.entries()) await used(part, ids[index] ?? '', options);
}

/** One part after the other: they are looked for in one session. */
async function samplesOf(
  parts: readonly Part[],
  { statement, facts, open }: CommitOptions,
): Promise<readonly (readonly RowSample[])[]> {
  const samples: (readonly RowSample[])[] = [];
  for (const { terms, ran } of parts) {
    const { sample_rows: most } = terms;
    samples.push(most === undefined ? [] : await rowSamples({ ran, most, statement, facts, open }));
  }
  return samples;
}

/** It may have been taken back since the statements ran. */
async function purposeOfAll(parts: readonly Part[], statement: Statement): Promise<string | undefined> {
  let purpose: string | undefined;
  for (const { terms, notes } of parts) purpose = await purposeFor(terms, notes[0]?.rule ?? '', statement);
  return purpose;
}

const hasFailed = ({ transaction }: Statement): boolean => transaction === 'failed';

function partsOf(ran: readonly Ran[]): readonly Part[] {
  const parts: { terms: Terms; ran: Ran[] }[] = [];
  for (const each of ran) {
    const { terms } = noted(each);
    const part = parts.find((one) => isDeepStrictEqual(one.terms, terms));
    if (part === undefined) parts.push({ terms, ran: [each] });
    else part.ran.push(each);
  }
  return parts.map(({ terms, ran: its }) => {
    const notes = [...new Set(its.map(noted))];
    return { terms, ran: its, notes, binding: bindingOf(its) };
  });
}

/** So little was changed that nobody has to be asked. */
function isFree({ terms: { free_rows: most }, ran }: Part): boolean {
  if (most === undefined || ran.some(isUncounted)) return false;
  return sum(ran.map(({ rows }) => rows)) <= most && sum(ran.flatMap(countsOf)) <= most;
}

const countsOf = ({ tables }: Ran): readonly number[] => [...(tables?.values() ?? [])];
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function noted({ note }: Ran): NotedStatement {
  if (note instanceof NotedStatement) return note;
  throw new Fault('decision_failed', {}, new Error('what runs is to be committed by another guard'));
}

/** It holds for this very transaction, and for no other that does the same. */
function bindingOf(ran: readonly Ran[]): Binding {
  const counts = ran.map((each) => [noted(each).id, each.rows, [...(each.tables ?? [])]]);
  const statement = createHash('sha256')
    .update(JSON.stringify([randomUUID(), counts]))
    .digest();
  return { statement, shape: statement };
}

type Obtaining = CommitOptions &
  Readonly<{
    names: TableNames;
    blocks: readonly string[];
    purpose: string | undefined;
    samples: readonly RowSample[];
    signal: AbortSignal;
    asked: Set<string>;
  }>;

async function obtained(part: Part, options: Obtaining): Promise<string> {
  const { statement, office, signal, asked } = options;
  return await office.obtain(draftOf(part, options), {
    signal,
    tell: (request) => {
      asked.add(request.id);
      statement.tell(waitingNotice(request, office.linkTo(request.id)));
    },
  });
}

function draftOf(
  { terms, ran, notes, binding }: Part,
  { names, blocks, purpose, samples }: Obtaining,
): Draft {
  const [first, ...others] = notes as readonly [NotedStatement, ...(readonly NotedStatement[])];
  const [ask, ...more] = first.asks;
  return {
    kind: 'commit',
    ...{ resource: ask.resource.name, identity: ask.identity, sessionId: ask.session.id },
    ...{ rule: first.rule, revision: first.revision, decisionId: first.decisionId },
    ...{ reason: first.decision.reason, purpose },
    ...{ session: withPurpose(ask.session, purpose), resourceInput: ask.resource, facts: ask.facts, binding },
    otherFacts: [...more, ...others.flatMap(({ asks }) => asks)].map(({ facts }) => facts),
    terms: { ...terms, expires_in: Math.min(terms.expires_in, terms.lock_seconds ?? LOCK_SECONDS) },
    shown: { ...shownOf(ran, notes, names, blocks), ...(samples.length === 0 ? {} : { samples }) },
  };
}

function shownOf(
  ran: readonly Ran[],
  notes: readonly NotedStatement[],
  names: TableNames,
  blocks: readonly string[],
): Shown {
  const transaction = notes.slice(0, SHOWN_MOST).map((note) => ({
    ...{ statement: note.shown.statement, parameters: note.shown.parameters },
    sentences: [
      ...note.shown.sentences,
      changedInWords(
        ran.filter((each) => each.note === note),
        names,
      ),
    ],
  }));
  const rest = notes.length - transaction.length;
  const only = transaction.length === 1 ? transaction[0] : undefined;
  return {
    statement: transaction.map(({ statement }) => statement).join(';\n'),
    parameters: only?.parameters ?? [],
    sentences: only?.sentences ?? [
      `Commits ${notes.length} statements that need approval.`,
      changedInWords(ran, names),
      ...(rest > 0 ? [`${rest} of the statements are not shown one by one.`] : []),
    ],
    transaction,
    blocks,
  };
}

/** The rules may have changed while people thought; what has run hasn't. */
async function decidedAgain(
  { terms, notes }: Part,
  id: string,
  { office, decide }: CommitOptions,
): Promise<void> {
  const approval = approvalInputOf(await (await office.approvals()).get(id));
  for (const note of notes) {
    for (const ask of note.asks) {
      const decision = decide(ask, approval);
      if (decision.effect === 'deny') throw denied(decision);
      const asksOther =
        decision.effect === 'require_approval' && !isDeepStrictEqual(decision.approval, terms);
      if (asksOther) throw new Fault('approval_outdated', { rule: decision.rule });
    }
  }
}

async function used(
  { notes, binding }: Part,
  id: string,
  { office, statement }: CommitOptions,
): Promise<void> {
  const [{ decisionId, rule, asks }] = notes as readonly [NotedStatement];
  const [{ identity, resource, session }] = asks;
  const approvals = await office.approvals();
  if (statement.signal.aborted) throw new Fault('statement_cancelled');
  const use = { principal: identity.principal, resource: resource.name, sessionId: session.id };
  if (!(await approvals.use(id, { ...use, decisionId, binding }))) throw new Fault('approval_used', { rule });
}

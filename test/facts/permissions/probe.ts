// Rights as the independent truth: with all that the facts name a statement runs, without any one of them it doesn't.
import type { RawClient } from '../../support/raw-client.ts';
import type { Candidate } from '../candidates.ts';
import { Counter, type Finding, type PartResult } from '../findings.ts';
import type { FactsReader } from '../reader.ts';
import { type Right, rightsOf } from './rights.ts';
import { createStranger, Trial } from './stranger.ts';

const part = 'permissions';
/** With more rights than this, a few are drawn to be taken away. */
const TAKEN_AWAY = 12;

export async function probePermissions(
  client: RawClient,
  reader: FactsReader,
  candidates: readonly Candidate[],
): Promise<PartResult> {
  const counter = new Counter();
  const failures: Finding[] = [];
  const notes: Finding[] = [];
  const role = await createStranger(client);
  for (const candidate of candidates) {
    const found = await probeOne(client, role, reader, candidate);
    counter.add(found.outcome);
    if (found.failure !== undefined) failures.push({ part, what: found.failure, text: candidate.text });
    for (const name of found.unnamed)
      notes.push({ part, what: `not named, and the server's own: ${name}`, text: candidate.text });
    for (const right of found.superfluous)
      notes.push({ part, what: `named without need: ${shorten(right)}`, text: candidate.text });
  }
  return { part, counts: counter.counts, failures, notes };
}

type Found = Readonly<{
  outcome: string;
  failure?: string;
  superfluous: readonly string[];
  /** Functions of the server's own that the planner or the rewriter brings in: what is left to review. */
  unnamed: readonly string[];
}>;

const nothing = { superfluous: [], unnamed: [] } as const;

async function probeOne(
  client: RawClient,
  role: string,
  reader: FactsReader,
  candidate: Candidate,
): Promise<Found> {
  const facts = await reader.readOne(candidate.text, candidate.parameterTypes);
  if (facts === undefined) return { outcome: 'refused by the server', ...nothing };
  const unresolved = facts.opaque.find(({ reason }) => reason === 'unresolved' || reason === 'unknown_node');
  if (unresolved !== undefined) return { outcome: `opaque: ${unresolved.because}`, ...nothing };
  const rights = rightsOf(facts, reader.catalog);
  if (rights === undefined) return { outcome: 'needs what cannot be granted', ...nothing };
  const trial = new Trial(client, role, candidate);
  await trial.begin();
  try {
    const plain = await trial.attempt([], 'superuser');
    if (plain.kind !== 'allowed') return { outcome: 'fails for the superuser', ...nothing };
    const own = rights.filter(({ inside }) => !inside);
    if (!(await trial.give(own.map(({ text }) => text))))
      return { outcome: 'failure', failure: 'names what cannot be granted', ...nothing };
    let outcome = 'exact';
    let verdict = await trial.attempt([]);
    if (verdict.kind === 'refused') {
      outcome = 'needs what it names inside definitions';
      if (await trial.give(rights.filter(({ inside }) => inside).map(({ text }) => text)))
        verdict = await trial.attempt([]);
    }
    const unnamed = verdict.kind === 'refused' ? await giveOwnFunctions(trial) : [];
    if (unnamed.length > 0) verdict = await trial.attempt([]);
    // A body that isn't read may be put into the plan, and ask for what it names.
    if (verdict.kind === 'refused' && facts.opaque.length > 0) return { outcome: 'opaque', ...nothing };
    if (verdict.kind === 'refused')
      return { outcome: 'failure', failure: `names too little: ${verdict.message}`, ...nothing };
    if (verdict.kind === 'failed') return { outcome: 'fails otherwise for the role', ...nothing };
    const superfluous = await takeAway(trial, own);
    if (unnamed.length > 0) outcome = "the planner calls functions of the server's own beside";
    else if (superfluous.length > 0) outcome = 'names more than needed';
    return { outcome, superfluous, unnamed };
  } finally {
    await trial.end();
  }
}

/** Regular expressions become comparisons, SEARCH and CYCLE arrays: what has no name in the statement is given. */
async function giveOwnFunctions(trial: Trial): Promise<readonly string[]> {
  const given: string[] = [];
  for (;;) {
    const verdict = await trial.attempt([]);
    const name =
      verdict.kind === 'refused' && /permission denied for function (\w+)$/.exec(verdict.message)?.[1];
    if (!name || given.includes(name) || !(await trial.giveOwn(name))) return given;
    given.push(name);
  }
}

async function takeAway(trial: Trial, rights: readonly Right[]): Promise<readonly string[]> {
  const superfluous: string[] = [];
  for (const { text, anyOf } of rights.slice(0, TAKEN_AWAY)) {
    if (anyOf !== undefined && rights.length > 1) continue;
    const verdict = await trial.attempt([text]);
    if (verdict.kind === 'allowed') superfluous.push(text);
  }
  return superfluous;
}

/** Functions one by one, columns by the kind of right. */
function shorten(right: string): string {
  return right.startsWith('EXECUTE') ? right : right.replace(/\(.*/, '(column)');
}

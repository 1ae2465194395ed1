// An Execute of the client's: sent as its portal's Bind was decided, or decided itself where that doesn't stand.
import { serialize } from 'pg-protocol';
import { Fault } from '../../lib/index.ts';
import { Verdict } from '../../wire/index.ts';
import { answerTo, limitsOf, watchedAgain, watchedOf } from '../answer-to.ts';
import { blockCommand } from '../block-command.ts';
import { type Expectation, Kind, plain } from '../expectation.ts';
import { keepExecute, rowsToAsk } from '../limits/keep.ts';
import { confirmPortal } from '../name-check.ts';
import { DOUBTFUL, UNSETTLED } from '../named.ts';
import { substituteExecute } from '../substitution.ts';
import { anything } from '../text-traits.ts';
import type { ClientSide } from './client-side.ts';
import { describeUnasked } from './describe.ts';
import { isHeldCommit, looksForCommit } from './held-commit.ts';
import { limitedText, limitsOfExecuteNotKept } from './keep-limits.ts';
import { changesOf } from './prepared-changes.ts';
import { malformed, refuse } from './refuse.ts';

export function visitExecute(side: ClientSide, bytes: Buffer, start: number, end: number): Verdict {
  const name = side.texts.name(bytes, start, end);
  if (name?.end !== end - 4) return refuse(side, Kind.execute, malformed(), substituteExecute, {});
  const exchange = side.exchange;
  const { names } = exchange.state;
  const portal = names.portals.find(name.text, exchange.segment, exchange.queue.length === 0);
  if (portal === UNSETTLED) return side.waiting.forAnswers();
  if (portal === DOUBTFUL) return side.waiting.forQuestion((ask) => confirmPortal(names, name.text, ask));
  const prepared = portal?.statement;
  // What was bound before may commit what has run since.
  const { uncommitted } = exchange.state;
  const mayCommit = uncommitted.any && prepared?.traits.ordinary !== true;
  // What was asked about it once more counts, even where the Bind's decision has come to stand again meanwhile.
  const { held } = side.decisions;
  const stands = held === undefined && portal?.standing === side.guard.standing?.() && !mayCommit;
  let answer = stands ? portal?.answer : undefined;
  let hints = portal?.hints ?? 0;
  // What came before this segment tells whether a transaction is open.
  if (limitsOf(answer) !== undefined && exchange.queue.find(endsWithReady) !== undefined)
    return side.waiting.forAnswers();
  const text = prepared?.text;
  const followed = watchedAgain(answer);
  if (followed instanceof Fault) return refuse(side, Kind.execute, followed, substituteExecute, { text });
  answer = followed;
  if (answer === undefined) {
    const statement = held ?? side.statement('execute', prepared?.text, prepared);
    const unheld = held === undefined && mayCommit ? looksForCommit(exchange, statement) : undefined;
    if (unheld !== undefined) return refuse(side, Kind.execute, unheld, substituteExecute, statement);
    const effect = side.decide(held, statement);
    if (effect === undefined) return Verdict.wait;
    if (effect.kind === 'deny') {
      if (isHeldCommit(exchange, statement)) side.insert(blockCommand(exchange, 'ROLLBACK'));
      return refuse(side, Kind.execute, effect.fault, substituteExecute, effect);
    }
    if (statement.isCommit) uncommitted.clear();
    answer = answerTo(effect);
    hints |= statement.hints;
  }
  const limits = limitsOf(answer);
  const through = portal?.sent ?? names.portals.sentThrough(name.text);
  const limited = limits && limitedText(exchange, prepared?.traits, () => prepared?.parsed.read(), through);
  const notKept = limits && limited && limitsOfExecuteNotKept(exchange, limits, limited);
  if (notKept !== undefined) {
    const of = { text, watched: watchedOf(answer) };
    return refuse(side, Kind.execute, notKept, substituteExecute, of);
  }
  describeUnasked(side, answer, bytes.subarray(start, name.end));
  const kept = limits && limited && keepExecute(side.runs, limits, limited);
  side.insert(kept?.prelude());
  const { mayCopyIn } = prepared?.traits ?? anything;
  const sent = side.run(Kind.execute, plain.execute, mayCopyIn, changesOf(prepared), hints, answer);
  kept?.begins(sent);
  if (sent.mayCopyIn || kept !== undefined) side.flushBehind();
  const rows = limits && limited && rowsToAsk(limits, limited, bytes.readInt32BE(name.end));
  if (rows === undefined) return Verdict.forward;
  side.scanner.insertBefore(serialize.execute({ portal: name.text, rows }));
  return Verdict.drop;
}

const endsWithReady = (expectation: Expectation): boolean => expectation.endsWithReady;

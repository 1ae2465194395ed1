// A Query of the client's: decided by its text, and forwarded, refused, rolled back or answered by another.
import { serialize } from 'pg-protocol';
import { Fault } from '../../lib/index.ts';
import { Verdict } from '../../wire/index.ts';
import type { Answer } from '../answer.ts';
import { answerTo, watchedOf } from '../answer-to.ts';
import { runOf } from '../block-command.ts';
import { segmentNotEnded } from '../commit/ends-transaction.ts';
import { KeptRollback } from '../commit/kept-rollback.ts';
import { Expectation, Kind, plain } from '../expectation.ts';
import { tooLarge } from '../message-texts.ts';
import { noticesOf } from '../notices.ts';
import { substituteQuery } from '../substitution.ts';
import { ordinaryChanges } from '../text-changes.ts';
import type { ClientSide } from './client-side.ts';
import { isHeldCommit, looksForCommit } from './held-commit.ts';
import { keepLimitsOfQuery } from './keep-limits.ts';
import { type Denied, denialOf, malformed, refuse } from './refuse.ts';

export function visitQuery(
  side: ClientSide,
  bodyLength: number,
  bytes: Buffer,
  start: number,
  end: number,
): Verdict {
  if (bodyLength > side.statementBytesMax)
    return refuse(side, Kind.query, tooLarge(side.statementBytesMax), substituteQuery, {});
  if (bytes.indexOf(0, start) !== end - 1) return refuse(side, Kind.query, malformed(), substituteQuery, {});
  if (!side.texts.isReadable(bytes, start, end - 1))
    return refuse(side, Kind.query, new Fault('statement_not_text'), substituteQuery, {});
  const { uncommitted } = side.exchange.state;
  const text = () => side.decisions.held?.text ?? bytes.toString('utf8', start, end - 1);
  if (uncommitted.any && !uncommitted.inBlock)
    return refuse(side, Kind.query, segmentNotEnded(), substituteQuery, { text: text() });
  // A hold keeps the statement it was made for, so that its text is read once.
  const held = side.decisions.held;
  const statement = held ?? side.statement('query', text());
  const unheld = held === undefined && uncommitted.any ? looksForCommit(side.exchange, statement) : undefined;
  if (unheld !== undefined) return refuse(side, Kind.query, unheld, substituteQuery, statement);
  const effect = side.decide(held, statement);
  if (effect === undefined) return Verdict.wait;
  if (effect.kind === 'deny') {
    if (isHeldCommit(side.exchange, statement)) return rollBack(side, effect);
    return refuse(side, Kind.query, effect.fault, substituteQuery, effect);
  }
  if (statement.isCommit) uncommitted.clear();
  if (effect.kind === 'allow' && effect.instead?.of === 'query')
    return askInstead(side, effect.instead.text, answerTo(effect));
  const { traits, hints } = statement;
  const changes = traits.ordinary ? ordinaryChanges : statement.changes;
  const answer = answerTo(effect);
  const kept = answer.limits && keepLimitsOfQuery(side, statement, answer.limits, answer.withholds === true);
  if (kept instanceof Fault)
    return refuse(side, Kind.query, kept, substituteQuery, { watched: watchedOf(answer) });
  const sent = side.run(Kind.query, plain.query, traits.mayCopyIn, changes, hints, answer);
  kept?.begins(sent);
  return Verdict.forward;
}

/** The server says what the gateway has to say: rows, formats and the transaction's state stay its own. */
function askInstead(side: ClientSide, text: string, answer: Answer): Verdict {
  side.run(Kind.query, plain.query, false, ordinaryChanges, 0, answer);
  side.scanner.insertBefore(serialize.query(text));
  return Verdict.drop;
}

/** Sends ROLLBACK in the place of the COMMIT: it is as when a check that was put off fails at the server. */
function rollBack(side: ClientSide, { fault, decisionId, notices }: Denied): Verdict {
  const exchange = side.exchange;
  const run = runOf('ROLLBACK', exchange.state.endMatters);
  const answer = { to: 'client', notices: noticesOf(notices) } as const;
  const sent = new Expectation(Kind.query, answer, undefined, false, run);
  exchange.sent(sent);
  exchange.kept = new KeptRollback(side.runs, sent, denialOf(side, fault, decisionId));
  side.scanner.insertBefore(serialize.query('ROLLBACK'));
  return Verdict.drop;
}

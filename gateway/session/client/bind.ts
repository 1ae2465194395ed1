// A Bind of the client's: a prepared statement is decided with its parameters, and what is decided is its portal's.
import { Verdict } from '../../wire/index.ts';
import { answerTo, watchedOf, withholding } from '../answer-to.ts';
import { Expectation, Kind } from '../expectation.ts';
import { bindInstead } from '../instead.ts';
import { nothingSent } from '../limits/sent-rows.ts';
import { confirmStatement } from '../name-check.ts';
import { DOUBTFUL, type Portal, UNSETTLED } from '../named.ts';
import { Run } from '../run.ts';
import { substituteBind } from '../substitution.ts';
import { ordinaryChanges } from '../text-changes.ts';
import type { ClientSide } from './client-side.ts';
import { changesOf } from './prepared-changes.ts';
import { malformed, refuse } from './refuse.ts';

export function visitBind(
  side: ClientSide,
  bodyLength: number,
  bytes: Buffer,
  start: number,
  available: number,
): Verdict {
  const end = start + available;
  const portal = side.texts.name(bytes, start, end);
  const name = portal && side.texts.name(bytes, portal.end, end);
  if (portal === undefined || name === undefined)
    return refuse(side, Kind.bind, malformed(), substituteBind, {});
  const exchange = side.exchange;
  const { names } = exchange.state;
  let prepared = names.statement(name.text, exchange.segment);
  if (prepared === UNSETTLED) return side.waiting.forAnswers();
  // In a failed transaction the server runs nothing, and answers nothing.
  if (prepared === DOUBTFUL && exchange.transaction === 'failed') {
    if (exchange.queue.length > 0) return side.waiting.forAnswers();
    prepared = names.doubtfulStatement(name.text);
  }
  if (prepared === DOUBTFUL)
    return side.waiting.forQuestion((ask) => confirmStatement(names, name.text, ask));
  const values = available === bodyLength ? { bytes, start: name.end, end } : undefined;
  const held = side.decisions.held;
  const statement = held ?? side.statement('bind', prepared?.text, prepared, values);
  const effect = side.decide(held, statement);
  if (effect === undefined) return Verdict.wait;
  if (effect.kind === 'deny') return refuse(side, Kind.bind, effect.fault, substituteBind, effect);
  const hints = statement.hints | (prepared?.hints ?? 0);
  const again = prepared?.traits.ordinary !== true && changesOf(prepared).namesAnother;
  const answer = answerTo(effect, true);
  const watched = watchedOf(answer);
  const standing = side.guard.standing?.();
  const sent = effect.limits === undefined ? undefined : nothingSent();
  const record: Portal = {
    name: portal.text,
    statement: prepared,
    answer: again ? undefined : answer,
    standing,
    hints,
    sent,
    watched,
  };
  const claim = { space: 'portal', name: portal.text, segment: exchange.segment, record } as const;
  const run = hints === 0 ? undefined : new Run(ordinaryChanges, hints, false);
  // Planning may run functions already, whose errors tell of what they read.
  exchange.sent(new Expectation(Kind.bind, withholding(effect), claim, false, run));
  if (effect.kind === 'mask') side.expectsColumns = true;
  const instead = effect.kind === 'allow' ? effect.instead : undefined;
  const given = instead?.of === 'bind' ? statement.values() : undefined;
  if (instead?.of !== 'bind' || given === undefined) return Verdict.forward;
  side.scanner.insertBefore(bindInstead(bytes.subarray(start, name.end), given, instead.value));
  return Verdict.drop;
}

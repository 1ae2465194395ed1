// A Parse of the client's: decided by its text, which the server keeps under the name, or another in its place.
import { Fault } from '../../lib/index.ts';
import { Verdict } from '../../wire/index.ts';
import { originsOf } from '../answer-to.ts';
import { Expectation, Kind } from '../expectation.ts';
import { parseInstead, preparedInstead } from '../instead.ts';
import { substituteParse } from '../substitution.ts';
import type { ClientSide } from './client-side.ts';
import { refuse } from './refuse.ts';

export function visitParse(
  side: ClientSide,
  bodyLength: number,
  bytes: Buffer,
  start: number,
  available: number,
): Verdict {
  const end = start + available;
  // A hold keeps the statement it was made for, so that its text is read once.
  const record = side.decisions.held?.prepared ?? side.texts.parse(bodyLength, bytes, start, end);
  if (record instanceof Fault) {
    return refuse(
      side,
      Kind.parse,
      record,
      (id) => substituteParse(id, side.texts.name(bytes, start, end)?.text ?? ''),
      {},
    );
  }
  const held = side.decisions.held;
  const statement = held ?? side.statement('parse', record.text, record);
  const effect = side.decide(held, statement);
  if (effect === undefined) return Verdict.wait;
  if (effect.kind === 'deny') {
    const substitute = (id: string) => substituteParse(id, record.name);
    return refuse(side, Kind.parse, effect.fault, substitute, effect);
  }
  const segment = side.exchange.segment;
  const hints = record.hints | statement.hints;
  const origins = originsOf(effect);
  const prepared =
    hints === record.hints && origins === record.origins ? record : { ...record, hints, origins };
  if (origins !== undefined) {
    side.expectsColumns = true;
    side.texts.learned(record, prepared);
  }
  const instead = effect.kind === 'allow' && effect.instead?.of === 'parse' ? effect.instead : undefined;
  const kept = instead === undefined ? prepared : preparedInstead(record, instead);
  const claim = { space: 'statement', name: record.name, segment, record: kept } as const;
  side.exchange.sent(new Expectation(Kind.parse, undefined, claim));
  if (instead === undefined) return Verdict.forward;
  side.hidesParameters = true;
  side.scanner.insertBefore(parseInstead(kept));
  return Verdict.drop;
}

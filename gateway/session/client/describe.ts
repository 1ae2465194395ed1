// Describes: the client's, and the gateway's own where it has to know what an Execute returns.
import { encodeMessage, frontend, Verdict } from '../../wire/index.ts';
import type { Answer } from '../answer.ts';
import { answerOfDescribe, maskOf, watchedOf } from '../answer-to.ts';
import { Expectation, Kind, plain } from '../expectation.ts';
import { confirmStatement } from '../name-check.ts';
import { UNSETTLED } from '../named.ts';
import type { ClientSide } from './client-side.ts';

/** What is described is what was parsed or bound, when that is certain. */
export function visitDescribe(side: ClientSide, bytes: Buffer, start: number, end: number): Verdict {
  const exchange = side.exchange;
  const looks = side.expectsColumns || side.hidesParameters;
  const name = looks ? side.texts.name(bytes, start + 1, end) : undefined;
  const { names } = exchange.state;
  const ofStatement = bytes[start] === 0x53; /* S */
  const found =
    name &&
    (ofStatement
      ? names.statement(name.text, exchange.segment)
      : names.portals.find(name.text, exchange.segment, exchange.queue.length === 0));
  if (typeof found === 'symbol' && ofStatement && side.hidesParameters) {
    if (found === UNSETTLED) return side.waiting.forAnswers();
    // A failed transaction describes nothing that has rows.
    if (exchange.transaction !== 'failed')
      return side.waiting.forQuestion((ask) => confirmStatement(names, name?.text ?? '', ask));
  }
  const isCertain = found !== undefined && typeof found !== 'symbol';
  const answer = isCertain ? answerOfDescribe(found, exchange.segment) : undefined;
  exchange.sent(answer === undefined ? plain.describe : new Expectation(Kind.describe, answer));
  return Verdict.forward;
}

/** An Execute brings no description of its columns: where the client has not asked for it, the gateway does. */
export function describeUnasked(side: ClientSide, answer: Answer, name: Buffer): void {
  const masked = maskOf(answer);
  const watched = watchedOf(answer);
  const exchange = side.exchange;
  const isUnmasked = masked?.lacksDescription(exchange.segment) !== true;
  if (isUnmasked && watched?.isRecorded !== true) return;
  if (isUnmasked && watched?.isDescribed === true) return;
  masked?.describedIn(exchange.segment);
  if (watched !== undefined) watched.isDescribed = true;
  side.scanner.insertBefore(encodeMessage(frontend.describe, Buffer.concat([PORTAL, name])));
  const withholds = masked !== undefined || (answer.to === 'client' && answer.withholds === true);
  const hidden = { to: 'client', masked, withholds, hidden: true, watched } as const;
  exchange.sent(new Expectation(Kind.describe, hidden));
}

/** A Describe of a portal. */
const PORTAL = Buffer.from('P');

// Refuses a message of the client's: what the server is sent in its place, what the client is told, and who hears of it.
import { randomUUID } from 'node:crypto';
import { Fault } from '../../lib/index.ts';
import { type ErrorText, Verdict } from '../../wire/index.ts';
import type { Effect, Guard, Refusal, StatementPath } from '../decide.ts';
import { Expectation, Kind } from '../expectation.ts';
import { noticesOf } from '../notices.ts';
import type { WatchedAnswer } from '../watch/watched-answer.ts';
import type { ClientSide } from './client-side.ts';

export type Denied = Extract<Effect, { kind: 'deny' }>;

/** Of what is refused by the session itself, undecided or although it was let through. */
type OwnRefusal = Readonly<{ text?: string | undefined; watched?: WatchedAnswer | undefined }>;

/** Sends, in the message's place, one that the server is certain to refuse. */
export function refuse(
  side: ClientSide,
  kind: Kind,
  refusal: Refusal,
  substitute: (decisionId: string) => Buffer,
  by: Denied | OwnRefusal,
): Verdict {
  const { decisionId = randomUUID(), notices } = 'kind' in by ? by : {};
  const denial = denialOf(side, refusal, decisionId);
  if (!('kind' in by)) tellRefused(side.guard, kind, refusal, decisionId, by);
  side.scanner.insertBefore(substitute(decisionId));
  const answer = { to: 'denial', denial, notices: noticesOf(notices) } as const;
  const expectation = new Expectation(kind, answer);
  side.exchange.sent(expectation);
  // The server is certain to skip to the next Sync.
  if (!expectation.endsWithReady) side.exchange.skipping = true;
  return Verdict.drop;
}

/** What the client is told. */
export function denialOf(
  { log }: ClientSide,
  refusal: Refusal,
  decisionId: string = randomUUID(),
): ErrorText {
  const code = refusal instanceof Fault ? refusal.code : 'server_error';
  log.info({ decision_id: decisionId, code }, 'statement refused');
  return refusal instanceof Fault ? wordsOf(refusal, decisionId) : refusal.error;
}

export const malformed = (): Fault => new Fault('malformed_message');

/** Whoever keeps a record knows what was refused when asked; this is what nobody was asked about, or was let through. */
function tellRefused(
  guard: Guard,
  kind: Kind,
  refusal: Refusal,
  decisionId: string,
  { text, watched }: OwnRefusal,
): void {
  if (watched !== undefined && refusal instanceof Fault) watched.refused(refusal);
  else guard.refused?.({ path: pathOf[kind] ?? 'query', text, refusal, decisionId });
}

const pathOf: Readonly<Partial<Record<Kind, StatementPath>>> = {
  [Kind.query]: 'query',
  [Kind.parse]: 'parse',
  [Kind.bind]: 'bind',
  [Kind.execute]: 'execute',
  [Kind.functionCall]: 'function_call',
};

const wordsOf = ({ sqlstate, message, detail, hint }: Fault, decisionId: string): ErrorText => ({
  sqlstate,
  message,
  detail: detail ?? `decision ${decisionId}`,
  hint,
});

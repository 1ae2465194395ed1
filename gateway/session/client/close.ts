// A Close of the client's: what it names is free once the server has said so.
import { Verdict } from '../../wire/index.ts';
import { Expectation, Kind } from '../expectation.ts';
import type { ClientSide } from './client-side.ts';

export function visitClose(
  { exchange, texts }: ClientSide,
  bytes: Buffer,
  start: number,
  end: number,
): Verdict {
  const name = texts.name(bytes, start + 1, end);
  const space = bytes[start] === 0x53 /* S */ ? 'statement' : 'portal';
  // A malformed one is refused by the server, and means nothing here.
  const claim = name && ({ space, name: name.text, segment: exchange.segment, record: undefined } as const);
  exchange.state.names.portals.ran();
  exchange.sent(new Expectation(Kind.close, undefined, claim));
  return Verdict.forward;
}

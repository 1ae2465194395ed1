// Reads SASLInitialResponse, the first message of every SASL exchange.
import { Fault } from '../lib/index.ts';
import { readCstring } from '../wire/index.ts';

/** SASLInitialResponse: the mechanism, and the client's first message with its length. */
export function readSaslInitial(body: Buffer): { mechanism: string; data: Buffer } {
  const mechanism = readCstring(body, 0, body.length);
  if (mechanism === undefined || mechanism.end + 4 > body.length) {
    throw new Fault('protocol_violation', { what: 'invalid SASL initial response' });
  }
  const length = body.readInt32BE(mechanism.end);
  const data = body.subarray(mechanism.end + 4);
  if (length !== data.length)
    throw new Fault('protocol_violation', { what: 'invalid SASL initial response' });
  return { mechanism: mechanism.text, data };
}

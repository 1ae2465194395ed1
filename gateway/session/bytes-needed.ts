// How much of each of the client's messages must have arrived before it is judged.
import { Fault } from '../lib/index.ts';
import { frontend } from '../wire/index.ts';

/** PostgreSQL's PQ_SMALL_MESSAGE_LIMIT, for the messages that carry nothing but names. */
const SMALL_MESSAGE_MAX = 10_000;
/** A Bind is read whole up to this size; of a larger one only the names are, and its values stream through. */
const BIND_READ_MAX = 64 * 1024;

/** Throws for a type or a length that the protocol forbids. */
export function bytesNeeded(type: number, bodyLength: number, statementBytesMax: number): number {
  switch (type) {
    case frontend.query:
      return bodyLength <= statementBytesMax ? bodyLength : 0;
    case frontend.parse:
      return Math.min(bodyLength, bodyLength <= statementBytesMax ? bodyLength : SMALL_MESSAGE_MAX);
    case frontend.bind:
      return Math.min(bodyLength, BIND_READ_MAX);
    case frontend.execute:
    case frontend.describe:
    case frontend.close:
    case frontend.flush:
    case frontend.sync:
    case frontend.terminate:
    case frontend.copyDone:
      if (bodyLength > SMALL_MESSAGE_MAX) throw violation('invalid message length');
      return bodyLength;
    case frontend.functionCall:
      return Math.min(bodyLength, 4);
    case frontend.copyData:
    case frontend.copyFail:
      return 0;
    default:
      throw violation(`invalid frontend message type ${type}`);
  }
}

const violation = (what: string): Fault => new Fault('protocol_violation', { what });

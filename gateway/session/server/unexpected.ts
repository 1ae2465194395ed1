// What a server has done wrong that sends a message which can't answer what it was sent.
import { Fault } from '../../lib/index.ts';

export const unexpected = (type: number): Fault =>
  new Fault(
    'upstream_protocol',
    {},
    new Error(`unexpected message type ${JSON.stringify(String.fromCharCode(type))}`),
  );

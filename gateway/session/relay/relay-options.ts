// What the relay of one session is given.
import type { Socket } from 'node:net';
import type { Log } from '../../lib/index.ts';
import type { Guard } from '../decide.ts';

export type RelayOptions = Readonly<{
  client: Socket;
  server: Socket;
  /** Its name stands in front of application_name. */
  principal: string;
  guard: Guard;
  log: Log;
  statementBytesMax: number;
  /** How long a client that only closed its sending side may wait for its answers. */
  lingerMs: number;
  /** Sends the server a CancelRequest for this session; resolves when the server has taken it. */
  cancelUpstream: () => Promise<void>;
  /** A change that the catalog may show is committed. */
  onSchemaChange?: () => void;
  /** Both sockets are closed. `why` is for the log. */
  onEnded: (why: string) => void;
}>;

// Sends a CancelRequest and waits until the server has taken it.
import type { Socket } from 'node:net';
import { dial, type Target } from './dial.ts';

const CANCEL_REQUEST_CODE = 80877102;

/** The server closes once it has passed the signal on: only then can no later statement be hit. */
export async function sendCancelRequest(
  target: Target,
  backendKey: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const socket = await dial(target, signal);
  try {
    socket.resume();
    socket.write(cancelRequest(backendKey));
    await closing(socket, signal);
  } finally {
    socket.destroy();
  }
}

function closing(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('close', () => resolve());
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function cancelRequest(backendKey: Buffer): Buffer {
  const packet = Buffer.alloc(8 + backendKey.length);
  packet.writeInt32BE(packet.length, 0);
  packet.writeInt32BE(CANCEL_REQUEST_CODE, 4);
  backendKey.copy(packet, 8);
  return packet;
}

// Writes what came of one chunk to a socket.
import type { Socket } from 'node:net';

/** One system call for one chunk; false when the socket wants no more for now. */
export function writeAll(socket: Socket, buffers: readonly Buffer[]): boolean {
  const first = buffers[0];
  if (first === undefined) return true;
  if (buffers.length === 1) return socket.write(first);
  socket.cork();
  let more = true;
  for (const buffer of buffers) more = socket.write(buffer);
  socket.uncork();
  return more;
}

// Puts rows of COPY into messages of their own, and large ones into several.
import { backend, HEADER_BYTES, type MessageScanner } from '../../../wire/index.ts';

/** A row is sent as one message up to this size, as the server sends it; clients must take it in any pieces. */
const MESSAGE_MAX = 1024 * 1024;
const ROW_BYTES = 4096;

export class CopyOutput {
  #row = Buffer.allocUnsafe(ROW_BYTES);
  #length = 0;

  add(bytes: Buffer, start: number, end: number, output: MessageScanner): void {
    if (this.#length + end - start > MESSAGE_MAX) this.send(output);
    if (end - start > MESSAGE_MAX) {
      for (let at = start; at < end; at += MESSAGE_MAX)
        write(bytes, at, Math.min(at + MESSAGE_MAX, end), output);
      return;
    }
    this.#reserve(end - start);
    bytes.copy(this.#row, this.#length, start, end);
    this.#length += end - start;
  }

  /** A row has ended. */
  send(output: MessageScanner): void {
    if (this.#length > 0) write(this.#row, 0, this.#length, output);
    this.#length = 0;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#row.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#row.length * 2));
    this.#row.copy(larger, 0, 0, this.#length);
    this.#row = larger;
  }
}

function write(bytes: Buffer, start: number, end: number, output: MessageScanner): void {
  const room = output.reserve(HEADER_BYTES + end - start);
  const at = output.roomAt;
  room[at] = backend.copyData;
  room.writeInt32BE(end - start + 4, at + 1);
  bytes.copy(room, at + HEADER_BYTES, start, end);
  output.wrote(at + HEADER_BYTES + end - start);
}

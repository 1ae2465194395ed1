// Cuts a byte stream into whole messages: every one begins with its type and a length that counts itself.

export class Frames {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that are complete now, each with its header. */
  push(chunk: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    while (bytes.length >= 5) {
      const length = 1 + bytes.readUInt32BE(1);
      if (bytes.length < length) break;
      messages.push(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    this.#rest = bytes;
    return messages;
  }
}

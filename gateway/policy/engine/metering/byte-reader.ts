// Reads a WASM module's bytes: single ones, LEB128 numbers and names.
import { ModuleRefused } from './module-refused.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  byte(): number {
    if (this.position >= this.end) throw new ModuleRefused('the WASM module ends in the middle');
    return this.bytes[this.position++] as number;
  }

  skip(count: number): void {
    if (count > this.end - this.position) throw new ModuleRefused('the WASM module ends in the middle');
    this.position += count;
  }

  /** An unsigned number of at most 32 bits. */
  u32(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw new ModuleRefused('the WASM module has a number that is too large');
  }

  /** Passes over a number whose value doesn't matter, signed or not. */
  skipNumber(bits: 32 | 33 | 64): void {
    for (let left = Math.ceil(bits / 7); left > 0; left--) if (this.byte() < 0x80) return;
    throw new ModuleRefused('the WASM module has a number that is too large');
  }

  name(): string {
    const length = this.u32();
    const start = this.position;
    this.skip(length);
    try {
      return utf8.decode(this.bytes.subarray(start, this.position));
    } catch {
      throw new ModuleRefused('the WASM module has a name that is not UTF-8');
    }
  }

  /** The next `length` bytes, with a reader of their own. */
  part(length: number): ByteReader {
    const start = this.position;
    this.skip(length);
    return new ByteReader(this.bytes, start, this.position);
  }
}

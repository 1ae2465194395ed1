// The file of one recording: whole chunks, appended, each in the kernel's hands before anybody is told of it.
import { closeSync, fdatasync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

export class ChunkFile {
  /** Below the folder of recordings. */
  readonly name: string;
  readonly #path: string;
  readonly #onUnsynced: (error: unknown) => void;
  #descriptor: number | undefined;
  #length = 0;
  #syncing: 'no' | 'now' | 'again' = 'no';
  #isClosing = false;

  constructor(folder: string, name: string, onUnsynced: (error: unknown) => void) {
    this.name = name;
    this.#path = join(folder, name);
    this.#onUnsynced = onUnsynced;
  }

  /** Nothing of the chunk is left in the file where this throws, or what it calls. */
  append(chunk: Buffer, then: () => void): void {
    const descriptor = this.#open();
    try {
      for (let written = 0; written < chunk.length; )
        written += writeSync(descriptor, chunk, written, chunk.length - written, this.#length + written);
      then();
    } catch (error) {
      ftruncateSync(descriptor, this.#length);
      throw error;
    }
    this.#length += chunk.length;
    this.#sync(descriptor);
  }

  close(): void {
    this.#isClosing = true;
    if (this.#syncing === 'no') this.#close();
  }

  #open(): number {
    if (this.#descriptor === undefined) {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      // An id never comes again, and what was recorded is never written over.
      this.#descriptor = openSync(this.#path, 'wx', 0o600);
    }
    return this.#descriptor;
  }

  /** On the disk soon, and nobody waits for it. */
  #sync(descriptor: number): void {
    if (this.#syncing !== 'no') {
      this.#syncing = 'again';
      return;
    }
    this.#syncing = 'now';
    fdatasync(descriptor, (error) => {
      if (error !== null) this.#onUnsynced(error);
      const isAgain = this.#syncing === 'again';
      this.#syncing = 'no';
      if (isAgain) this.#sync(descriptor);
      else if (this.#isClosing) this.#close();
    });
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

// A secret that is read from its file whenever that has changed: it is rotated under a running gateway.
import { readFile, stat } from 'node:fs/promises';
import { NotStored } from './sink.ts';

/** Batches may follow each other closely: a look at the file each second is soon enough. */
const LOOK_MS = 1_000;

export class SecretFile {
  readonly #path: string;
  #stamp = '';
  #text = '';
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  /** Without what surrounds it. */
  async read(): Promise<string> {
    if (performance.now() - this.#lookedAt < LOOK_MS) return this.#text;
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(this.#path, { bigint: true });
      const stamp = `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
      if (stamp !== this.#stamp) this.#text = (await readFile(this.#path, 'utf8')).trim();
      this.#stamp = stamp;
    } catch (error) {
      throw new NotStored('unavailable', `${this.#path} cannot be read (${codeOf(error)})`);
    }
    if (this.#text === '') throw new NotStored('unavailable', `${this.#path} is empty`);
    this.#lookedAt = performance.now();
    return this.#text;
  }

  /** It was refused: the next look is at the file itself. */
  doubt(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.#stamp = '';
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';

// How far each sink has acknowledged the journal: kept in a file, so that a restart ships little twice and loses nothing.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beginning, type Position } from './types.ts';

/** Losing so much of what was acknowledged makes it be sent twice, no more. */
const saveAfterMs = 200;

export class SinkPositions {
  readonly #file: string;
  readonly #onError: (error: unknown) => void;
  readonly #positions = new Map<string, Position>();
  #timer: NodeJS.Timeout | undefined;

  /** `names` are the sinks that there are; what others had is forgotten. */
  constructor(folder: string, names: readonly string[], onError: (error: unknown) => void) {
    this.#file = join(folder, 'positions.json');
    this.#onError = onError;
    const saved = read(this.#file);
    for (const name of names) this.#positions.set(name, saved[name] ?? beginning);
  }

  get names(): readonly string[] {
    return [...this.#positions.keys()];
  }

  of(name: string): Position | undefined {
    return this.#positions.get(name);
  }

  add(name: string): Position {
    const position = this.#positions.get(name) ?? beginning;
    this.#positions.set(name, position);
    return position;
  }

  remove(name: string): void {
    this.#positions.delete(name);
  }

  /** A sink never un-acknowledges; one that was removed has nothing to say. */
  move(name: string, position: Position): void {
    const before = this.#positions.get(name);
    if (before === undefined || before.seq >= position.seq) return;
    this.#positions.set(name, position);
    this.#timer ??= setTimeout(() => this.#saveQuietly(), saveAfterMs).unref();
  }

  /** What all of them have; without sinks, everything. */
  get acknowledgedByAll(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { seq } of this.#positions.values()) least = Math.min(least, seq);
    return least;
  }

  save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#positions.size === 0) return;
    const draft = `${this.#file}.new`;
    writeFileSync(draft, `${JSON.stringify(Object.fromEntries(this.#positions), undefined, 2)}\n`, {
      mode: 0o600,
    });
    renameSync(draft, this.#file);
  }

  #saveQuietly(): void {
    try {
      this.save();
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** A file that cannot be read is as good as none: everything is sent again. */
function read(file: string): Record<string, Position> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

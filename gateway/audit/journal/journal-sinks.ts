// What those who ship tell the journal, and what it tells of them.
import type { BacklogAge } from './backlog-age.ts';
import type { SinkPositions } from './sink-positions.ts';
import type { StrictWait } from './strict-wait.ts';
import type { JournalSinks, Position, SinkHealth } from './types.ts';

export class ShippedSinks implements JournalSinks {
  readonly #positions: SinkPositions;
  readonly #age: BacklogAge;
  readonly #strict: StrictWait;
  readonly #strictSink: string | undefined;
  readonly #away = new Map<string, string>();
  readonly #listeners = new Set<() => void>();

  constructor(positions: SinkPositions, age: BacklogAge, strict: StrictWait, strictSink: string | undefined) {
    this.#positions = positions;
    this.#age = age;
    this.#strict = strict;
    this.#strictSink = strictSink;
    const known = strictSink === undefined ? undefined : positions.of(strictSink);
    if (known !== undefined) strict.acknowledged(known.seq);
  }

  register(name: string): Position {
    return this.#positions.add(name);
  }

  acknowledge(name: string, position: Position): void {
    this.#positions.move(name, position);
    this.#age.forget(this.#positions.acknowledgedByAll);
    if (name === this.#strictSink) this.#strict.acknowledged(position.seq);
  }

  retire(name: string): void {
    this.back(name);
    this.#positions.remove(name);
  }

  away(name: string, because: string): void {
    this.#away.set(name, because);
    if (name === this.#strictSink) this.#strict.away(because);
  }

  back(name: string): void {
    this.#away.delete(name);
    if (name === this.#strictSink) this.#strict.back();
  }

  onWritten(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  written(): void {
    if (this.#listeners.size > 0) for (const listener of this.#listeners) listener();
  }

  healthAt(lastSeq: number, now: number): readonly SinkHealth[] {
    return this.#positions.names.map((name) => {
      const seq = this.#positions.of(name)?.seq ?? 0;
      const since = seq < lastSeq ? this.#age.since(seq) : undefined;
      return {
        name,
        away: this.#away.get(name),
        behind: Math.max(0, lastSeq - seq),
        oldestSeconds: since === undefined ? 0 : Math.max(0, (now - since) / 1_000),
      };
    });
  }
}

// The same events in each of the places that auditors ask: a journal, its export, and PostgreSQL.
import { join } from 'node:path';
import { expect } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import type { Stage } from '../journal/stage.ts';
import { fillPostgres } from '../postgres-sink.ts';

export const placeNames = ['journal', 'export', 'postgres'] as const;
type Answer = Record<string, unknown>;

export class Places {
  readonly #places: Readonly<Record<string, string>>;
  readonly #server: Postgres;

  private constructor(places: Readonly<Record<string, string>>, server: Postgres) {
    this.#places = places;
    this.#server = server;
  }

  /** `folder`: for what is made of the journal, which is closed. */
  static async of(stage: Stage, folder: string): Promise<Places> {
    const file = join(folder, 'all.jsonl');
    expect((await runCli(['audit', 'export', '--audit', stage.folder, '-o', file])).code).toBe(0);
    const server = await startPostgres();
    const postgres = await fillPostgres(server, folder, stage.folder);
    return new Places({ journal: stage.folder, export: file, postgres }, server);
  }

  get(place: string): string {
    return this.#places[place] ?? '';
  }

  /** What `audit query` answers there. */
  async ask(place: string, ...words: readonly string[]): Promise<Answer[]> {
    const line = ['audit', 'query', '--audit', this.get(place), ...words, '--json'];
    const { code, stdout, stderr } = await runCli(line);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Answer[];
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

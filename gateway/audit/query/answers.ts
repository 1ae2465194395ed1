// Answers to auditors' questions, from files or from PostgreSQL.
import type { Client } from 'pg';
import { countInFiles, findInFiles, type Unreadable } from './files/ask-files.ts';
import type { Found } from './found.ts';
import { countInPostgres, findInPostgres } from './postgres/ask-postgres.ts';
import type { Count, CountedBy, Question } from './question.ts';

type Source = Readonly<{
  find: (question: Question, most: number) => Promise<readonly Found[]>;
  count: (question: Question, by: CountedBy) => Promise<readonly Count[]>;
}>;

export class Answers {
  readonly #source: Source;
  /** Of the files that were asked, how many of their lines could not be read. */
  readonly unreadable: ReadonlyMap<string, number>;

  /** Segments of journals, in the order of their names, and exports. */
  static fromFiles(files: readonly string[]): Answers {
    const unreadable: Unreadable = new Map();
    return new Answers(
      {
        find: (question, most) => findInFiles(files, question, most, unreadable),
        count: (question, by) => countInFiles(files, question, by, unreadable),
      },
      unreadable,
    );
  }

  /** Connected, with a role that may read the tables of the sink. */
  static fromPostgres(client: Client): Answers {
    return new Answers({
      find: (question, most) => findInPostgres(client, question, most),
      count: (question, by) => countInPostgres(client, question, by),
    });
  }

  private constructor(source: Source, unreadable: Unreadable = new Map()) {
    this.#source = source;
    this.unreadable = unreadable;
  }

  /** The newest first, `most` of them. */
  find(question: Question, most: number): Promise<readonly Found[]> {
    return this.#source.find(question, most);
  }

  /** Those with the most events first. */
  count(question: Question, by: CountedBy): Promise<readonly Count[]> {
    return this.#source.count(question, by);
  }
}

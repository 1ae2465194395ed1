// Work whose every statement carries a number of its own in a comment, over each way to the server.
import type { Random } from '../../support/random.ts';
import { frontend, type RawClient } from '../../support/raw-client.ts';
import type { Step } from '../work.ts';
import { numbered } from './server-log.ts';

/** A message of this text, which may run so often. */
export type Sent = Readonly<{ text: string; most: number }>;
export type Told = Readonly<{ n: number; sqlstate: string | undefined }>;

export class NumberedWork {
  /** By the number that it was given. */
  readonly sent = new Map<number, Sent>();
  readonly #random: Random;
  #last = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  draw(): Step {
    return this.#random.pick([
      () => this.#simple('SELECT count(*) FROM work'),
      () => this.#simple("INSERT INTO work SELECT n, 'simple' FROM generate_series(1, 20) n"),
      () => this.#simple('SELECT 1 / 0'),
      () => this.#simple('SELECT pg_sleep(0.02)'),
      () => this.#simple('COPY (SELECT n FROM generate_series(1, 300) n) TO STDOUT'),
      () => this.#several(),
      () => this.#transaction(),
      () => this.#pipeline(),
      () => this.#pipeline(),
      () => this.#prepared(),
      () => this.#pieces(),
      () => this.#copyIn(),
      () => this.#refused(),
    ])();
  }

  /** Runs one statement; resolves to its number, and to the SQLSTATE that it was refused with. */
  async run(client: RawClient, sql = 'SELECT count(*) FROM work'): Promise<Told> {
    const text = this.text(sql);
    const n = this.#last;
    const answer = await client.query(text);
    return { n, sqlstate: answer.find(({ type }) => type === 'E')?.fields.C };
  }

  text(sql: string, most = 1): string {
    this.#last += 1;
    const text = `${numbered(this.#last)} ${sql}`;
    this.sent.set(this.#last, { text, most });
    return text;
  }

  #simple(sql: string): Step {
    return { name: 'simple', ready: 1, send: frontend.query(this.text(sql)) };
  }

  /** In one message, which has one number. */
  #several(): Step {
    return this.#simple(
      "SELECT 1; INSERT INTO work VALUES (1, 'several'); SELECT count(*) FROM work WHERE n = 1",
    );
  }

  #transaction(): Step {
    const end = this.#random.pick(['COMMIT', 'ROLLBACK']);
    const insert = "INSERT INTO work VALUES (2, 'transaction')";
    const texts = ['BEGIN', insert, 'SAVEPOINT s', insert, 'ROLLBACK TO s', insert, end];
    const send = Buffer.concat(texts.map((sql) => frontend.query(this.text(sql))));
    return { name: 'transaction', ready: texts.length, send };
  }

  /** Some of it may fail, and then what follows up to the next Sync never runs. */
  #pipeline(): Step {
    const parts: Buffer[] = [];
    let ready = 1;
    for (let left = this.#random.integer(1, 8); left > 0; left--) {
      parts.push(
        this.#random.pick([
          () => frontend.extended(this.text('SELECT $1::int + 1'), ['1']),
          () => frontend.extended(this.text('INSERT INTO work VALUES ($1, $2)'), ['3', 'pipeline']),
          () => frontend.extended(this.text('SELECT n FROM work WHERE n = $1 LIMIT 3'), ['3']),
          () => frontend.extended(this.text('SELECT 1 / $1::int'), [this.#random.pick(['0', '1'])]),
        ])(),
      );
      if (this.#random.chance(0.3)) {
        parts.push(frontend.sync());
        ready += 1;
      }
    }
    return { name: 'pipeline', ready, send: Buffer.concat([...parts, frontend.sync()]) };
  }

  /** Parsed once, executed several times. */
  #prepared(): Step {
    const times = this.#random.integer(1, 6);
    const text = this.text('INSERT INTO work VALUES ($1, $2)', times);
    const name = `s${this.#last}`;
    const run = Array.from({ length: times }, (_, at) =>
      Buffer.concat([
        frontend.bind({ statement: name, values: [String(at), 'prepared'] }),
        frontend.execute(),
      ]),
    );
    const send = Buffer.concat([
      frontend.parse(text, name),
      ...run,
      frontend.closeStatement(name),
      frontend.sync(),
    ]);
    return { name: 'prepared', ready: 1, send };
  }

  /** A portal that is read in three pieces. */
  #pieces(): Step {
    const send = Buffer.concat([
      frontend.parse(this.text('SELECT n FROM generate_series(1, 30) n')),
      frontend.bind({ portal: 'pieces' }),
      frontend.execute('pieces', 10),
      frontend.execute('pieces', 10),
      frontend.execute('pieces'),
      frontend.sync(),
    ]);
    return { name: 'pieces', ready: 1, send };
  }

  #copyIn(): Step {
    const copyIn = Buffer.concat([frontend.copyData('4\tcopied\n'.repeat(50)), frontend.copyDone()]);
    return { ...this.#simple('COPY work FROM STDIN'), copyIn };
  }

  /** Unless the gateway does not know the tables yet: to the rules, this is any statement then. */
  #refused(): Step {
    const text = this.text('SELECT n FROM forbidden');
    if (this.#random.chance(0.5)) return { name: 'refused', ready: 1, send: frontend.query(text) };
    return {
      name: 'refused',
      ready: 1,
      send: Buffer.concat([frontend.extended(text), frontend.sync()]),
    };
  }
}

// A role without rights, and a server that answers what it may do once it has some.
import { type BackendMessage, frontend, type RawClient } from '../../support/raw-client.ts';
import type { Candidate } from '../candidates.ts';

/**
 * Makes the role, and takes from everybody what everybody has by default in the database, the server's own catalog and
 * functions included.
 */
export async function createStranger(client: RawClient): Promise<string> {
  const [[role = null] = []] = await client.rows("SELECT quote_ident('stranger_' || current_database())");
  if (role === null) throw new Error('the database has no name');
  await client.rows(`CREATE ROLE ${role} NOINHERIT`);
  const schemas = await client.rows(
    "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'",
  );
  for (const [schema] of schemas) {
    await client.rows(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
    await client.rows(`REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM PUBLIC`);
    await client.rows(`REVOKE ALL ON ALL SEQUENCES IN SCHEMA ${schema} FROM PUBLIC`);
    await client.rows(`REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA ${schema} FROM PUBLIC`);
  }
  return role;
}

/** What came of a statement: allowed, refused for want of a right with the server's words, or failed otherwise. */
export type Verdict = Readonly<{ kind: 'allowed' } | { kind: 'refused' | 'failed'; message: string }>;

/** One statement's trial: everything it grants is gone when it ends. */
export class Trial {
  readonly #client: RawClient;
  readonly #role: string;
  readonly #statement: Buffer;

  constructor(client: RawClient, role: string, { text, parameterTypes, isQuery }: Candidate) {
    this.#client = client;
    this.#role = role;
    // EXPLAIN asks for the same rights as a query, and executes nothing; what is no query is executed and rolled back.
    this.#statement = isQuery
      ? Buffer.concat([
          frontend.parse(`EXPLAIN ${text}`, '', parameterTypes),
          frontend.bind({ values: parameterTypes.map(() => null) }),
          frontend.execute(),
          frontend.sync(),
        ])
      : frontend.query(text);
  }

  async begin(): Promise<void> {
    await this.#client.rows(
      `BEGIN; SET LOCAL statement_timeout = '5s'; GRANT CREATE ON SCHEMA public TO ${this.#role}`,
    );
  }

  async end(): Promise<void> {
    await this.#client.rows('ROLLBACK');
  }

  /** False when there is no such right. */
  async give(rights: readonly string[]): Promise<boolean> {
    for (const right of rights) {
      const messages = await this.#client.query(`GRANT ${right} TO ${this.#role}`);
      if (messages.some(({ type }) => type === 'E')) return false;
    }
    return true;
  }

  /** Every function of the server's own with that name; false when there is none. */
  async giveOwn(name: string): Promise<boolean> {
    const functions = await this.#client.rows(
      `SELECT oid::regprocedure FROM pg_proc WHERE proname = '${name}' AND pronamespace = 'pg_catalog'::regnamespace`,
    );
    return functions.length > 0 && (await this.give(functions.map(([each]) => `EXECUTE ON ROUTINE ${each}`)));
  }

  /** What the statement comes to, as the role or as ourselves, without some of the rights that it was given. */
  async attempt(without: readonly string[], as: 'stranger' | 'superuser' = 'stranger'): Promise<Verdict> {
    await this.#client.rows('SAVEPOINT attempt');
    for (const right of without) await this.#client.rows(`REVOKE ${right} FROM ${this.#role}`);
    if (as === 'stranger') await this.#client.rows(`SET LOCAL ROLE ${this.#role}`);
    this.#client.send(this.#statement);
    const messages = await this.#answer();
    await this.#client.rows('ROLLBACK TO SAVEPOINT attempt');
    const refusal = messages.find(({ type }) => type === 'E')?.fields;
    if (refusal === undefined) return { kind: 'allowed' };
    // Other refusals are for those who own something, or are somebody.
    const wantsRight = refusal.C === '42501' && refusal.M?.startsWith('permission denied for ');
    return { kind: wantsRight ? 'refused' : 'failed', message: `${refusal.C} ${refusal.M}` };
  }

  /** A COPY FROM STDIN that asks for data had all its rights. */
  async #answer(): Promise<readonly BackendMessage[]> {
    const messages: BackendMessage[] = [];
    for (;;) {
      const message = await this.#client.receive();
      if (message.type === 'G') {
        this.#client.send(frontend.copyFail('no data'));
        await this.#client.until('Z');
        return messages;
      }
      messages.push(message);
      if (message.type === 'Z') return messages;
    }
  }
}

// One attack after the other, each in a database that none before it has changed.
import { type Played, play } from '../scores/play.ts';
import type { ScoreStage } from '../scores/score-stage.ts';
import { mayHaveChanged } from '../scores/traces.ts';
import type { Attack } from './catalogue.ts';
import { happen, profileOf, whyNotPlayed } from './events.ts';
import { judge, type Verdict } from './verdict.ts';

export type Result = Readonly<{ id: string; category: string }> &
  (Verdict | Readonly<{ verdict: 'not played'; by: readonly string[]; why: string }>);

export class Attempts {
  readonly #stage: ScoreStage;
  /** What the attack before left behind. */
  #toRenew: 'nothing' | 'the database' | 'everything' = 'nothing';

  constructor(stage: ScoreStage) {
    this.#stage = stage;
  }

  async make(attack: Attack): Promise<Result> {
    const { id, category, setup_sql, cleanup_sql, must_not_change } = attack;
    const why = whyNotPlayed(attack, this.#stage);
    if (why !== undefined) return { id, category, verdict: 'not played', by: [], why };
    if (this.#toRenew === 'everything' || setup_sql !== undefined) await this.#stage.renew(setup_sql);
    else if (this.#toRenew === 'the database') await this.#stage.renewDatabase();
    const { connections, milliseconds } = await this.#play(attack);
    const messages = connections.flatMap((connection) => connection.messages());
    const found = must_not_change && (await this.#admin(must_not_change.sql));
    const isAlive = await this.#stage.isAlive();
    const fillIn = this.#fillIn;
    const isOurs = this.#stage.gateway !== undefined;
    const verdict = judge(attack, { messages, milliseconds, found, isAlive, isOurs, fillIn });
    // It undoes what an attack left behind that worked; one that was stopped left nothing.
    if (cleanup_sql !== undefined) await this.#admin(cleanup_sql).catch(() => null);
    const isDisturbed = !isAlive || attack.steps.some(({ op }) => op === 'gateway' || op === 'admin');
    const isChanged = !verdict.verdict.startsWith('stopped') || mayHaveChanged(attack.steps, messages);
    if (isDisturbed || setup_sql !== undefined) this.#toRenew = 'everything';
    else this.#toRenew = isChanged ? 'the database' : 'nothing';
    return { id, category, ...verdict };
  }

  /** Whether it works where there is no gateway; undefined: it can't be played there. */
  async isConfirmed(attack: Attack): Promise<boolean | undefined> {
    if (attack.gateway_only === true || whyNotPlayed(attack, this.#stage) !== undefined) return undefined;
    const { steps, setup_sql, cleanup_sql, must_not_change, upstream_role = 'gw_app' } = attack;
    if (this.#toRenew !== 'nothing' || setup_sql !== undefined) await this.#stage.database.renew(setup_sql);
    const { connections, milliseconds } = await play(steps, {
      target: this.#stage.database.target(upstream_role),
      admin: this.#admin,
      gateway: () => Promise.resolve(),
      fillIn: this.#fillIn,
    });
    const messages = connections.flatMap((connection) => connection.messages());
    const found = must_not_change && (await this.#admin(must_not_change.sql));
    if (cleanup_sql !== undefined) await this.#admin(cleanup_sql).catch(() => null);
    const isChanged = setup_sql !== undefined || found !== undefined || mayHaveChanged(steps, messages);
    this.#toRenew = isChanged ? 'the database' : 'nothing';
    const evidence = { messages, milliseconds, found, isAlive: true, isOurs: false, fillIn: this.#fillIn };
    return judge(attack, evidence).verdict !== 'stopped';
  }

  async #play(attack: Attack): Promise<Played> {
    const { steps, upstream_role = 'gw_app' } = attack;
    return await play(steps, {
      target: await this.#stage.client(upstream_role, profileOf(attack) ?? 'default'),
      admin: this.#admin,
      gateway: (event) => happen(event, this.#stage),
      fillIn: this.#fillIn,
    });
  }

  readonly #admin = (sql: string): Promise<string | null> => this.#stage.database.admin(this.#fillIn(sql));

  readonly #fillIn = (text: string): string => {
    const { folder, postgres } = this.#stage.database;
    return text.replaceAll('{tmp}', folder).replaceAll('{port}', String(postgres.port));
  };
}

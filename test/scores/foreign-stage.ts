// A gateway that somebody else has started, and the database behind it, which is made ready here.
import { waitUntil } from '../support/wait.ts';
import type { Announcement } from './announcement.ts';
import { isServed, type Target } from './connection.ts';
import { ScoreDatabase } from './database.ts';
import type { Profile, ScoreStage, UpstreamRole } from './score-stage.ts';

export class ForeignStage implements ScoreStage {
  readonly database: ScoreDatabase;
  readonly #announcement: Announcement;

  private constructor(database: ScoreDatabase, announcement: Announcement) {
    this.database = database;
    this.#announcement = announcement;
  }

  static async attach(
    announcement: Announcement,
    contents: Parameters<typeof ScoreDatabase.attach>[1],
  ): Promise<ForeignStage> {
    const database = await ScoreDatabase.attach(announcement, contents);
    const stage = new ForeignStage(database, announcement);
    await stage.#untilAlive();
    return stage;
  }

  lacks(role: UpstreamRole, profile: Profile): string | undefined {
    return this.#login(role, profile) === undefined
      ? `the gateway announces no login ${nameOf(role, profile)}`
      : undefined;
  }

  async client(role: UpstreamRole, profile: Profile): Promise<Target> {
    const login = this.#login(role, profile);
    if (login === undefined) throw new Error(this.lacks(role, profile));
    const { host, port } = this.#announcement;
    return { host, port, ...login };
  }

  /** Somebody else's gateway can't be started again: it has to find its way back by itself. */
  async renew(setup?: string): Promise<void> {
    await this.database.renew(setup);
    await this.#untilAlive();
  }

  renewDatabase(): Promise<void> {
    return this.renew();
  }

  async isAlive(): Promise<boolean> {
    const target = await this.client('gw_app', 'default');
    return await isServed(target);
  }

  async stop(): Promise<void> {
    await this.database.stop();
  }

  #login(role: UpstreamRole, profile: Profile) {
    return this.#announcement.credentials[nameOf(role, profile)];
  }

  #untilAlive(): Promise<unknown> {
    return waitUntil('the gateway to serve', () => this.isAlive());
  }
}

const nameOf = (role: UpstreamRole, profile: Profile): string =>
  profile === 'default' ? role : `${role}_${profile}`;

// Which answers of a process's sessions are recorded, and by whom: as decisions say, or else the configuration.
import { join } from 'node:path';
import { type RecordingEvent, Recordings, type RecordingsConfig } from '../../audit/index.ts';
import type { Config } from '../../config/index.ts';
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import type { Recorder } from '../audit/followed-statement.ts';
import type { Recorded } from '../audit/session-trail.ts';
import type { Level } from './level.ts';
import { auditIsOff } from './without-journal.ts';

export type SessionRecordsOptions = Readonly<{
  config: Config;
  /** Throws when it can't be written. */
  tell: (event: RecordingEvent) => void;
  clock: Clock;
  log: Log;
}>;

export class SessionRecords {
  readonly #recordings: Recordings;
  /** What the decision on the login says, by session. */
  readonly #levels = new Map<string, Level>();
  #default: Level;
  /** Nothing is recorded of anything. */
  readonly #isOff: boolean;

  static async open({ config, tell, clock, log }: SessionRecordsOptions): Promise<SessionRecords> {
    const recordings = await Recordings.open(recordingsOf(config), { append: tell, clock, log });
    return new SessionRecords(recordings, config.audit);
  }

  private constructor(recordings: Recordings, { record, mode }: Config['audit']) {
    this.#recordings = recordings;
    this.#default = record;
    this.#isOff = mode === 'off';
  }

  async reload(config: Config): Promise<void> {
    await this.#recordings.use(recordingsOf(config));
    this.#default = config.audit.record;
  }

  /** Throws when all of the session would have to be recorded, and can't be. */
  admit(session: string, level: Level | undefined): void {
    if (level === 'full' && this.#isOff) throw auditIsOff();
    if (level === 'full' && !this.#recordings.areConfigured) throw new Fault('recording_not_configured');
    if (level !== undefined) this.#levels.set(session, level);
  }

  /** Of all that the session runs, or of some of it, the rows are kept. */
  isRecorded(session: string): boolean {
    return (this.#levels.get(session) ?? this.#default) === 'full' || this.#recordings.isRecording(session);
  }

  /** Of a statement of which decisions say so much, the rows are kept. */
  keepsRows(session: string, record: Level | undefined): boolean {
    const ofSession = this.#levels.get(session);
    if (record === undefined && ofSession === undefined) return this.#default === 'full';
    return record === 'full' || ofSession === 'full';
  }

  /** Before a statement runs; throws when it has to be recorded, and can't be. */
  of({ session, statement, record }: Recorded): Recorder | undefined {
    if (!this.keepsRows(session, record)) return undefined;
    return this.#recordings.begin(session, statement);
  }

  ended(session: string): void {
    this.#levels.delete(session);
    this.#recordings.ended(session);
  }

  close(): void {
    this.#recordings.close();
  }
}

function recordingsOf({ audit, data_dir: dataDir }: Config): RecordingsConfig {
  const { folder, public_key_file: publicKeyFile, ...limits } = audit.recordings;
  return {
    folder: folder ?? join(dataDir, 'recordings'),
    publicKeyFile,
    limits: {
      sessionBytes: limits.max_bytes,
      statementBytes: limits.statement_bytes,
      atLimit: limits.at_limit,
    },
  };
}

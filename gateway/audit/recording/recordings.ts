// What a process of the gateway records: a file for each session of which something is to be recorded.
import { mkdirSync, statfsSync } from 'node:fs';
import { type Clock, Fault, type Log } from '../../lib/index.ts';
import type { Recipient } from './envelope.ts';
import type { RecordedAnswer, RecordingLimits } from './recorded-answer.ts';
import { RecordingKeyRefused, readRecipients } from './recording-keys.ts';
import { type RecordingEvent, SessionRecording } from './session-recording.ts';

export type RecordingsConfig = Readonly<{
  folder: string;
  /** PEM; without one nothing can be recorded. */
  publicKeyFile: string | undefined;
  limits: RecordingLimits;
}>;

export type RecordingsOptions = Readonly<{
  append: (event: RecordingEvent) => void;
  clock: Clock;
  log: Log;
}>;

/** How old the answer to how much room there is may be. */
const ROOM_MS = 500;

export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #sessions = new Map<string, SessionRecording>();
  #config: RecordingsConfig;
  #recipients: readonly Recipient[] = [];
  #room: Readonly<{ at: number; bytes: number }> | undefined;

  private constructor(config: RecordingsConfig, options: RecordingsOptions) {
    this.#config = config;
    this.#options = options;
  }

  static async open(config: RecordingsConfig, options: RecordingsOptions): Promise<Recordings> {
    const recordings = new Recordings(config, options);
    await recordings.use(config);
    return recordings;
  }

  /** Takes another key and other limits; a folder counts for sessions that begin. */
  async use(config: RecordingsConfig): Promise<void> {
    const { publicKeyFile } = config;
    this.#recipients = publicKeyFile === undefined ? [] : await recipientsOf(publicKeyFile);
    this.#config = config;
    this.#room = undefined;
  }

  /** There is a key to record with. */
  get areConfigured(): boolean {
    return this.#recipients.length > 0;
  }

  isRecording(session: string): boolean {
    return this.#sessions.has(session);
  }

  /**
   * Before a statement runs that is to be recorded: throws when it can't be. Undefined when the limit of its session was
   * reached before, and the rest is not to be recorded.
   */
  begin(session: string, statement: string): RecordedAnswer | undefined {
    if (!this.areConfigured) throw new Fault('recording_not_configured');
    const known = this.#sessions.get(session);
    if (known !== undefined) return known.begin(statement);
    const { clock, append, log } = this.#options;
    const recording = new SessionRecording({
      ...{ folder: this.#config.folder, session, append, clock, log },
      recipients: () => this.#recipients,
      limits: () => this.#config.limits,
      checkRoom: () => this.#checkRoom(),
      roomChanged: () => {
        this.#room = undefined;
      },
    });
    const answer = recording.begin(statement);
    this.#sessions.set(session, recording);
    return answer;
  }

  ended(session: string): void {
    this.#sessions.get(session)?.close();
    this.#sessions.delete(session);
  }

  close(): void {
    for (const session of [...this.#sessions.keys()]) this.ended(session);
  }

  /** Better refused before it runs than ended halfway: there must be room for what one statement may come to. */
  #checkRoom(): void {
    const now = this.#options.clock.now();
    if (this.#room === undefined || now - this.#room.at >= ROOM_MS || now < this.#room.at)
      this.#room = { at: now, bytes: this.#freeBytes() };
    const needed = this.#config.limits.statementBytes;
    if (this.#room.bytes >= needed) return;
    throw new Fault('recording_unavailable', {}, new Error(`less than ${needed} bytes are free`));
  }

  #freeBytes(): number {
    const { folder } = this.#config;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    } catch (error) {
      this.#options.log.error({ err: error }, 'folder of recordings cannot be used');
      throw new Fault('recording_unavailable', {}, error);
    }
  }
}

async function recipientsOf(file: string): Promise<readonly Recipient[]> {
  try {
    return await readRecipients(file);
  } catch (error) {
    if (!(error instanceof RecordingKeyRefused)) throw error;
    throw new Error(`audit.recordings.public_key_file ${file}: ${error.message}`);
  }
}

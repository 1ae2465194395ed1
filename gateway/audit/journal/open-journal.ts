// Opens a chain's folder for writing: takes it for this process, repairs what a crash left, and goes on with the chain.
import { randomInt } from 'node:crypto';
import { mkdirSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { ChainJournal } from './chain-journal.ts';
import { Composer, nothingBefore } from './composer.ts';
import { findEnd } from './find-end.ts';
import { recover } from './recover.ts';
import { withUnsealed } from './scan-segment.ts';
import { segmentFile } from './segments.ts';
import { defaultKeyFile, openSigningKey } from './signing-key.ts';
import { SinkPositions } from './sink-positions.ts';
import type { Journal, JournalOptions } from './types.ts';
import { type LeftBehind, WriterLock } from './writer-lock.ts';

/** More than a machine that stops can have lost, as long as its disk can keep up with what is written. */
const numbersSkipped = 1_000_000;

/** @throws JournalLocked, JournalDamaged, or what the system says */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const lock = await WriterLock.take(options.folder);
  try {
    return openLocked(options, lock.left, () => lock.release());
  } catch (error) {
    lock.giveBack();
    throw error;
  }
}

/**
 * Only when there is something left to do: a statement without an outcome, or an event that a sink lacks.
 *
 * @throws JournalLocked, JournalDamaged, or what the system says
 */
export async function openUnfinished(options: JournalOptions): Promise<Journal | undefined> {
  const lock = await WriterLock.take(options.folder);
  try {
    if (!isFinished(options)) return openLocked(options, lock.left, () => lock.release());
    lock.release();
    return undefined;
  } catch (error) {
    lock.giveBack();
    throw error;
  }
}

function isFinished({ folder, sinks = [] }: JournalOptions): boolean {
  const end = findEnd(folder);
  if (end === undefined) return true;
  const positions = new SinkPositions(folder, sinks, () => undefined);
  return end.wasClosed && positions.acknowledgedByAll >= end.last.seq;
}

function openLocked(options: JournalOptions, left: LeftBehind, release: () => void): Journal {
  const { folder, config, log, clock } = options;
  const keyFile = options.keyFile ?? defaultKeyFile(dirname(folder));
  const key = openSigningKey(config.signing.key_file ?? keyFile, {
    create: config.signing.key_file === undefined,
  });
  const found = findEnd(folder);
  const wasClosed = found === undefined || found.wasClosed;
  // What the disk had not got is gone, and a sink may have it: its numbers are not given to other events.
  const isCut = !wasClosed && left !== 'by a process that died' && left !== 'released';
  const unsealed = isCut ? undefined : found?.scan.unsealed;
  const end = found && unsealed ? { ...found, scan: withUnsealed(found.scan, unsealed) } : found;
  const chain = end?.last.chain ?? freshChain(options.chain);
  const composer = new Composer(
    chain,
    end?.last ?? { seq: 0, hash: nothingBefore },
    end?.scan.subjects ?? new Set(),
    end?.scan.contexts.known ?? new Set(),
  );
  if (unsealed !== undefined) composer.resume(unsealed.line.entries.length);
  const last = composer.seq;
  if (isCut) composer.skip(numbersSkipped);
  // Behind damage, and behind a gap, a new segment begins: whoever looks for it finds the file as it was.
  const goesOn = end !== undefined && !isCut && end.scan.damagedAt === undefined;
  if (!goesOn) composer.forgetSubjects();
  if (end !== undefined) truncateSync(segmentFile(folder, end.segment), end.scan.wholeBytes);
  const journal = new ChainJournal({
    ...{ folder, config, log, clock, composer, key, release },
    positions: new SinkPositions(folder, options.sinks ?? config.sinks.map(({ name }) => name), (error) =>
      log.warn({ err: error }, 'positions of sinks not saved'),
    ),
    current: goesOn
      ? { segment: end.segment, since: end.scan.since }
      : { segment: composer.seq + 1, since: clock.now() },
    unsealed: unsealed?.bytes,
    kept: end === undefined ? [] : goesOn ? end.before : [...end.before, end.info],
    mayDelete: options.mayDelete ?? (() => true),
  });
  if (end !== undefined) recover(journal, { end, wasClosed, skippedAfter: isCut ? last : undefined });
  if (!goesOn) journal.signSoon();
  return journal;
}

/** The name with some letters behind it: a gateway that lost its folder, or one of the same name, is another chain. */
function freshChain(name: string): string {
  const letters = randomInt(36 ** 6)
    .toString(36)
    .padStart(6, '0');
  return `${name.replaceAll(/[^\w-]/g, '_')}.${letters}`;
}

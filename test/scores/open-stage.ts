// The stage that the options ask for: a gateway of our own, or somebody else's.
import { announceUntilSignal, readAnnouncement } from './announcement.ts';
import { ForeignStage } from './foreign-stage.ts';
import type { ScoreOptions } from './options.ts';
import type { ScoreStage } from './score-stage.ts';
import { Stage, type StageOptions } from './stage.ts';

type Contents = Omit<StageOptions, 'version'>;

export async function openStage(
  { version, through }: Pick<ScoreOptions, 'version' | 'through'>,
  contents: Contents,
): Promise<ScoreStage> {
  if (through === undefined) return await Stage.start({ version, ...contents });
  return await ForeignStage.attach(await readAnnouncement(through), contents);
}

/** Until a signal; no other line is printed. */
export async function serveStage(
  { version }: Pick<ScoreOptions, 'version'>,
  contents: Contents,
): Promise<void> {
  const stage = await Stage.start({ version, ...contents });
  try {
    await announceUntilSignal(await stage.announcement());
  } finally {
    await stage.stop();
  }
}

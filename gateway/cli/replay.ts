// `portcullis replay`.
import { dirname, join } from 'node:path';
import {
  type RecordedItem,
  type RecordingFlaw,
  RecordingKeyRefused,
  readPrivateKeys,
  readRecording,
} from '../audit/index.ts';
import { partsOf, placeOptions, readPlace } from './audit/place.ts';
import { type Command, CommandError, type Invocation, UsageError } from './command.ts';
import { readConfigOption } from './config-file.ts';
import { paintFor } from './page/paint.ts';
import { play } from './replay/player.ts';
import { printJson, printPlain } from './replay/print-scenes.ts';
import { type FoundSession, readSession, recordingPath } from './replay/read-session.ts';
import { tellStory } from './replay/story.ts';
import { timelineOf } from './replay/timeline.ts';
import { fromOf, maxIdleOf, speedOf, startingAt } from './replay/times.ts';

/** So much of what is wrong is said once more at the end. */
const SAID_MOST = 3;

export const replay: Command = {
  name: 'replay',
  summary: 'Play a session that was recorded',
  usage: 'SESSION',
  description:
    'Plays what a session sent, what it was answered, and what the gateway and people did with it, in its own time. ' +
    'SESSION is its id, or the beginning of it. The rows of what was recorded in full are encrypted for auditors: ' +
    '--key opens them; of other statements there is what became of them. While it plays: space pauses, + and - change ' +
    'the speed, . steps, n and p go to the next and the previous statement, / searches, q ends.',
  options: {
    ...placeOptions,
    key: { type: 'string', value: 'FILE', help: 'The private key of recordings.' },
    recordings: {
      type: 'string',
      value: 'PLACE',
      help: 'The folder of recordings, or the one file. Default: beside the journals, or as --config says.',
    },
    speed: { type: 'string', value: 'N', help: 'So many times as fast. Default: 1.' },
    'max-idle': { type: 'string', value: 'TIME', help: 'Pauses are no longer than this. Default: 2s.' },
    from: { type: 'string', value: 'TIME', help: 'Begin there: 12:30 minutes after the session began.' },
    plain: { type: 'boolean', help: 'Write all of it at once, without colours, for a pager or a file.' },
    json: { type: 'boolean', help: 'Write one JSON object a line.' },
  },
  arguments: { min: 1, max: 1 },
  examples: [
    'portcullis replay 20e267ac --config portcullis.yaml --key auditor.pem',
    'portcullis replay 20e267ac --audit export.jsonl --recordings recordings --key auditor.pem --plain | less',
    'portcullis replay 20e267ac --config portcullis.yaml --speed 4 --from 12:30',
  ],
  prints: 'The session; with --plain or into a pipe as text, with --json one object a line.',
  exits: {
    1: 'There is no such session, or of its recording something is missing, was changed or cannot be opened.',
  },
  async run(invocation) {
    const { terminal, flag, positionals } = invocation;
    if (flag('plain') && flag('json')) throw new UsageError('options --plain and --json exclude each other');
    const [speed, maxIdle, from] = [speedOf(invocation), maxIdleOf(invocation), fromOf(invocation)];
    const parts = await partsOf(await readPlace(invocation), {});
    const session = await readSession(parts, positionals[0] ?? '');
    const wrong: string[] = [];
    const scenes = tellStory(session.entries, await itemsOf(session, invocation), (flaw) => wrong.push(flaw));
    if (flag('json')) await printJson(startingAt(scenes, from), session.id, terminal.stdout);
    else if (flag('plain') || terminal.stdout.isTTY !== true || terminal.stdin.isTTY !== true)
      await printPlain(startingAt(scenes, from), terminal.stdout);
    else {
      const paint = paintFor(terminal);
      const frames = await timelineOf(scenes, { maxIdle, paint });
      await play(frames, terminal, { speed, from, paint });
    }
    if (wrong.length > 0) throw notWhole(wrong);
    return 0;
  },
};

/** What is whole of it was played. */
function notWhole(wrong: readonly string[]): CommandError {
  const more = wrong.length > SAID_MOST ? `; and so in ${wrong.length - SAID_MOST} more places` : '';
  return new CommandError(
    `not all of the recording could be played: ${wrong.slice(0, SAID_MOST).join('; ')}${more}`,
  );
}

/** Without a key the story is told without rows, and says so. */
async function itemsOf(
  { recording }: FoundSession,
  invocation: Invocation,
): Promise<AsyncIterable<RecordedItem | RecordingFlaw> | undefined> {
  const { terminal, text } = invocation;
  if (recording === undefined) {
    terminal.stderr.write(
      'Of this session no rows were recorded: what is played is what was asked, and what became of it.\n',
    );
    return undefined;
  }
  if (recording.isRemoved) {
    terminal.stderr.write(
      'Retention has deleted what was recorded of this session: what is played is what was asked, and what became of it.\n',
    );
    return undefined;
  }
  const keyFile = text('key');
  if (keyFile === undefined) {
    terminal.stderr.write(
      `Its rows were recorded for the key ${[...recording.keys].join(' or ')}: without --key FILE they are not shown.\n`,
    );
    return undefined;
  }
  try {
    const keys = await readPrivateKeys(keyFile);
    const path = await recordingPath(recording, await folderOf(invocation));
    return readRecording(path, keys, recording);
  } catch (error) {
    if (error instanceof RecordingKeyRefused) throw new CommandError(`${keyFile}: ${error.message}`);
    throw error;
  }
}

async function folderOf(invocation: Invocation): Promise<string> {
  const named = invocation.text('recordings');
  if (named !== undefined) return named;
  const audit = invocation.text('audit');
  if (audit !== undefined) return join(dirname(audit), 'recordings');
  const { audit: config, data_dir: dataDir } = await readConfigOption(invocation);
  return config.recordings.folder ?? join(dataDir, 'recordings');
}

// `portcullis audit recording-keys create`, whose last word is its first argument.
import { type FileHandle, open, rm } from 'node:fs/promises';
import { freshRecordingKeys } from '../../audit/index.ts';
import { type Command, CommandError, UsageError } from '../command.ts';

export const recordingKeys: Command = {
  name: 'audit recording-keys',
  summary: 'Make the keys of recordings: one to write with, one to read with',
  usage: 'create FILE',
  description:
    'FILE becomes the private key, which opens recordings: make it where the auditor keeps it, not where the gateway ' +
    'runs. FILE.pub becomes the public key, which audit.recordings.public_key_file of the gateway names. Files that ' +
    'are there already are never written over: with the private key, what was recorded for it is lost. Both are made, ' +
    'or none.',
  arguments: { min: 2, max: 2 },
  examples: ['portcullis audit recording-keys create auditor.pem'],
  prints: 'Nothing; what it made goes to standard error.',
  exits: { 1: 'A file could not be written, or is there already.' },
  async run({ terminal, positionals }) {
    const [verb, file = ''] = positionals;
    if (verb !== 'create') throw new UsageError(`"${verb}" is nothing that this does`, 'It is: create FILE.');
    const { id, privatePem, publicPem } = freshRecordingKeys();
    await write(file, privatePem, 0o600);
    try {
      await write(`${file}.pub`, publicPem, 0o644);
    } catch (error) {
      // A private key without its public one is of no use, and stands in the way of the next.
      await rm(file);
      throw error;
    }
    terminal.stderr.write(
      `Made the key ${id}. ${file} opens recordings, and belongs to auditors alone.\n` +
        `${file}.pub is for the gateway: audit.recordings.public_key_file.\n`,
    );
    return 0;
  },
};

/** All of it, or nothing. */
async function write(file: string, text: string, mode: number): Promise<void> {
  let made: FileHandle | undefined;
  try {
    made = await open(file, 'wx', mode);
    await made.writeFile(text);
    await made.sync();
  } catch (error) {
    if (made !== undefined) await rm(file);
    throw notWritten(file, (error as NodeJS.ErrnoException).code);
  } finally {
    await made?.close();
  }
}

function notWritten(file: string, code: string | undefined): CommandError {
  if (code !== 'EEXIST') return new CommandError(`${file} cannot be written: ${code ?? 'unknown error'}`);
  return new CommandError(`${file} is there already`, { hint: 'Name another file, or move that one away.' });
}

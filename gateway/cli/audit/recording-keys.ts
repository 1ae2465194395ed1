// `portcullis audit recording-keys create`, whose last word is its first argument.
import { writeFile } from 'node:fs/promises';
import { freshRecordingKeys } from '../../audit/index.ts';
import { type Command, CommandError, UsageError } from '../command.ts';

export const recordingKeys: Command = {
  name: 'audit recording-keys',
  summary: 'Make the keys of recordings: one to write with, one to read with',
  usage: 'create FILE',
  description:
    'FILE becomes the private key, which opens recordings: make it where the auditor keeps it, not where the gateway ' +
    'runs. FILE.pub becomes the public key, which audit.recordings.public_key_file of the gateway names. Files that ' +
    'are there already are never written over: with the private key, what was recorded for it is lost.',
  arguments: { min: 2, max: 2 },
  examples: ['portcullis audit recording-keys create auditor.pem'],
  prints: 'Nothing; what it made goes to standard error.',
  exits: { 1: 'A file could not be written, or is there already.' },
  async run({ terminal, positionals }) {
    const [verb, file = ''] = positionals;
    if (verb !== 'create') throw new UsageError(`"${verb}" is nothing that this does`, 'It is: create FILE.');
    const { id, privatePem, publicPem } = freshRecordingKeys();
    await write(file, privatePem, 0o600);
    await write(`${file}.pub`, publicPem, 0o644);
    terminal.stderr.write(
      `Made the key ${id}. ${file} opens recordings, and belongs to auditors alone.\n` +
        `${file}.pub is for the gateway: audit.recordings.public_key_file.\n`,
    );
    return 0;
  },
};

async function write(file: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new CommandError(`${file} is there already`, {
        hint: 'Name another file, or move that one away.',
      });
    throw new CommandError(`${file} cannot be written: ${code ?? 'unknown error'}`);
  }
}

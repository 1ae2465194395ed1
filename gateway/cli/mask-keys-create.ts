// `portcullis mask-keys create`.

import { addMaskKey, freshMaskKey, MaskKeysRefused, printMaskKeys } from '../mask/index.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { withLock } from './file-lock.ts';

export const maskKeysCreate: Command = {
  name: 'mask-keys create',
  summary: 'Create a key for masks, or one that takes over from those before',
  usage: '[FILE]',
  description:
    'For masks of the kinds hash and token. FILE is what masking.keys_file names; it is made where there is none. In ' +
    'one that has keys, the new key comes first: a running gateway uses it within seconds, and all hashes and tokens ' +
    'change but for those of rules that name an older key.',
  options: {
    id: { type: 'string', value: 'ID', help: 'What rules may call it. Default: the date.' },
    rotate: { type: 'boolean', help: 'FILE has keys, which the new one takes over from.' },
    print: { type: 'boolean', help: 'Print the key, for the variable that masking.keys_env names.' },
  },
  arguments: { min: 0, max: 1 },
  examples: [
    'portcullis mask-keys create mask-keys.yaml',
    'portcullis mask-keys create mask-keys.yaml --rotate',
    'export PORTCULLIS_MASK_KEYS="$(portcullis mask-keys create --print)"',
  ],
  prints: 'Nothing, or with --print the list with the key as one line.',
  exits: { 1: 'The file could not be read or written, or has keys while --rotate is missing.' },
  async run({ terminal, positionals, text, flag }) {
    const [file] = positionals;
    const id = text('id') ?? new Date().toISOString().slice(0, 10);
    if (id === '') throw new UsageError('option --id is empty');
    if (flag('print')) {
      if (file !== undefined) throw new UsageError('FILE and option --print exclude each other');
      terminal.stdout.write(`${printMaskKeys([freshMaskKey(id)])}\n`);
      return 0;
    }
    if (file === undefined) throw new UsageError('FILE is missing', 'Name it, or use --print.');
    const { ids } = await withLock(`${file}.lock`, () => changed(file, id, flag('rotate')));
    const older = ids.slice(1);
    const before = older.length === 0 ? '' : ` Rules may still name ${older.join(', ')}.`;
    terminal.stderr.write(`The key "${id}" is in use now.${before}\n`);
    return 0;
  },
};

async function changed(file: string, id: string, rotate: boolean): Promise<{ ids: readonly string[] }> {
  try {
    return await addMaskKey(file, freshMaskKey(id), { rotate });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof MaskKeysRefused) throw new CommandError(`${file}: ${error.message}`);
    throw new CommandError(`${file} cannot be written: ${code ?? 'unknown error'}`);
  }
}

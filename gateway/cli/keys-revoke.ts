// `portcullis keys revoke`.

import { revokeAccessKey } from '../identity/index.ts';
import { type Command, CommandError } from './command.ts';
import { keysFileOptions, resolveKeysFile, withKeysFile } from './keys-file.ts';

export const keysRevoke: Command = {
  name: 'keys revoke',
  summary: 'Revoke an access key',
  usage: 'USER',
  description:
    'Sessions that logged in with the key end within seconds. USER is what keys create printed: pk_….',
  options: keysFileOptions,
  arguments: { min: 1, max: 1 },
  examples: ['portcullis keys revoke pk_abcdefghijklmnop --config portcullis.yaml'],
  prints: 'Nothing; what it did goes to standard error.',
  exits: { 1: 'There is no such key, or the file cannot be changed.' },
  async run(invocation) {
    const [id = ''] = invocation.positionals;
    const file = await resolveKeysFile(invocation);
    const outcome = await withKeysFile(file, () => revokeAccessKey(file, id));
    if (outcome === 'unknown') {
      throw new CommandError(`there is no access key "${id}"`, { hint: 'portcullis keys list shows them.' });
    }
    invocation.terminal.stderr.write(
      outcome === 'revoked' ? `Revoked ${id}.\n` : `${id} was revoked already.\n`,
    );
    return 0;
  },
};

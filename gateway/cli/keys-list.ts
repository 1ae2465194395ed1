// `portcullis keys list`.

import { listAccessKeys } from '../identity/index.ts';
import type { Command } from './command.ts';
import { keysFileOptions, resolveKeysFile, withKeysFile } from './keys-file.ts';
import { formatTable } from './sql/table.ts';

export const keysList: Command = {
  name: 'keys list',
  summary: 'List the access keys',
  options: { ...keysFileOptions, json: { type: 'boolean', help: 'Print JSON.' } },
  examples: ['portcullis keys list --config portcullis.yaml'],
  prints: 'A table of the keys, revoked and expired ones too; never a secret or a verifier.',
  exits: { 1: 'The key file cannot be read.' },
  async run(invocation) {
    const { stdout, stderr } = invocation.terminal;
    const file = await resolveKeysFile(invocation);
    const keys = await withKeysFile(file, () => listAccessKeys(file));
    if (invocation.flag('json')) {
      stdout.write(`${JSON.stringify(keys, undefined, 2)}\n`);
    } else if (keys.length === 0) {
      stderr.write('There are no access keys.\n');
    } else {
      const columns = ['user', 'principal', 'kind', 'groups', 'created', 'expires', 'standing'];
      stdout.write(
        formatTable(
          columns.map((name) => ({ name, typeOid: 25 })),
          keys.map(({ id, principal, created, expires, standing }) => [
            id,
            principal.name,
            principal.kind,
            principal.groups.join(', '),
            created.slice(0, 10),
            expires?.slice(0, 10) ?? 'never',
            standing,
          ]),
        ),
      );
    }
    return 0;
  },
};

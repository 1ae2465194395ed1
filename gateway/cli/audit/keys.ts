// `portcullis audit keys`.
import { join } from 'node:path';
import { defaultKeyFile, openSigningKey } from '../../audit/index.ts';
import { type Command, CommandError } from '../command.ts';
import { configOption, readConfigOption } from '../config-file.ts';

export const auditKeys: Command = {
  name: 'audit keys',
  summary: "Print the public key that a gateway's journal is verified with",
  description:
    'Keep it where the gateway cannot write, and give it to portcullis audit verify. A gateway that has no key yet ' +
    'gets one in its data_dir, unless audit.signing.key_file names one.',
  options: { ...configOption },
  examples: ['portcullis audit keys --config portcullis.yaml > gateway.pub.pem'],
  prints: 'The public key, PEM; its id goes to standard error.',
  exits: { 1: 'The key cannot be read, or made.' },
  async run(invocation) {
    const { audit, data_dir: dataDir } = await readConfigOption(invocation);
    const named = audit.signing.key_file;
    const file = named ?? defaultKeyFile(join(dataDir, 'audit'));
    try {
      const { id, publicKey } = openSigningKey(file, { create: named === undefined });
      invocation.terminal.stdout.write(publicKey.export({ type: 'spki', format: 'pem' }));
      invocation.terminal.stderr.write(`The key ${id}.\n`);
      return 0;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new CommandError(code === undefined ? message : `${file} cannot be read: ${code}`);
    }
  },
};

// `portcullis policy rollback`.
import { userInfo } from 'node:os';
import { BundleRefused, pinVersion, unpin } from '../../policy/index.ts';
import { type Command, CommandError, UsageError } from '../command.ts';
import { configOption, readConfigOption } from '../config-file.ts';
import { chooseBundle, parseTrack, readVersions, trackOption, versionTable } from './kept-bundles.ts';

export const policyRollback: Command = {
  name: 'policy rollback',
  summary: 'Let an earlier version of a bundle decide',
  description:
    "Pins a version that the gateway keeps in the configuration's data_dir. A gateway that runs takes it within " +
    'a second, and takes no newer one until the pin is released. Without --to, the version before the latest ' +
    'is pinned. Each machine keeps its own versions: run it on all of them.',
  options: {
    ...configOption,
    bundle: { type: 'string', value: 'NAME', help: 'Which bundle, where the configuration has several.' },
    to: { type: 'string', value: 'REVISION', help: 'A revision, or the beginning of a digest.' },
    release: { type: 'boolean', help: 'Let the newest version decide again.' },
    list: { type: 'boolean', help: 'Only show the versions that there are.' },
    ...trackOption,
  },
  examples: [
    'portcullis policy rollback --config portcullis.yaml',
    'portcullis policy rollback --config portcullis.yaml --to 4f1c22a03b',
    'portcullis policy rollback --config portcullis.yaml --release',
  ],
  prints: 'What decides now.',
  exits: { 1: 'There is no such version, or nothing was pinned.' },
  async run(invocation) {
    const { text, flag, terminal } = invocation;
    const given = ['to', 'release', 'list'].filter((name) => text(name) !== undefined || flag(name));
    if (given.length > 1) {
      throw new UsageError(`options ${given.map((name) => `--${name}`).join(' and ')} exclude each other`);
    }
    const config = await readConfigOption(invocation);
    const bundle = chooseBundle(config, parseTrack(text('track')), text('bundle'));
    const { folder, name } = bundle;
    if (flag('list')) {
      terminal.stdout.write(versionTable(await readVersions([bundle])));
      return 0;
    }
    if (flag('release')) {
      if (!(await unpin(folder, name)))
        throw new CommandError(`no version of the bundle "${name}" was pinned`);
      terminal.stdout.write(`${name}: the newest version decides again\n`);
      return 0;
    }
    const { revision, digest } = await pin(folder, name, text('to') ?? 'previous');
    terminal.stdout.write(
      `${name}: ${revision || digest.slice(0, 12)} decides, and stays until it is released\n`,
    );
    return 0;
  },
};

async function pin(folder: string, name: string, version: string) {
  try {
    return await pinVersion(folder, name, { version, by: userInfo().username });
  } catch (error) {
    if (error instanceof BundleRefused) throw new CommandError(error.message);
    throw new CommandError(`the pin cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
}

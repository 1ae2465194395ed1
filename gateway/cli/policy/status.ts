// `portcullis policy status`.
import type { Command } from '../command.ts';
import { configOption, readConfigOption } from '../config-file.ts';
import { keptBundles, readVersions, versionTable } from './kept-bundles.ts';

export const policyStatus: Command = {
  name: 'policy status',
  summary: 'Show which versions of the bundles a gateway has',
  description:
    "Reads what the gateway keeps in the configuration's data_dir, whether it runs or not. The pinned version " +
    'decides; where none is pinned, the latest does.',
  options: { ...configOption, json: { type: 'boolean', help: 'Print JSON.' } },
  examples: ['portcullis policy status --config portcullis.yaml'],
  prints: 'A table of the kept versions, the newest first.',
  exits: { 1: 'The configuration cannot be read.' },
  async run(invocation) {
    const { stdout, stderr } = invocation.terminal;
    const bundles = await readVersions(keptBundles(await readConfigOption(invocation)));
    if (invocation.flag('json')) {
      const document = bundles.map(({ track, name, versions }) => ({ track, bundle: name, versions }));
      stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    } else if (bundles.every(({ versions }) => versions.length === 0)) {
      stderr.write(
        bundles.length === 0 ? 'The configuration names no bundles.\n' : 'No version is kept here yet.\n',
      );
    } else stdout.write(versionTable(bundles));
    return 0;
  },
};

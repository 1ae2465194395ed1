// `portcullis check-config`.

import type { Config } from '../config/index.ts';
import { checkFiles } from './check/files.ts';
import type { Finding } from './check/finding.ts';
import { checkOnline } from './check/online.ts';
import { checkPolicy } from './check/policy.ts';
import { checkResolverCredentials } from './check/resolver.ts';
import { checkState } from './check/state.ts';
import { type Command, CommandError, UsageError } from './command.ts';
import { configOption, readConfig } from './config-file.ts';

const marks = { good: '✓', warning: '!', bad: '✕' } as const;

export const checkConfig: Command = {
  name: 'check-config',
  summary: 'Check a configuration and what it refers to',
  description:
    'Reads the file as serve would, then the files it names: certificates and their keys and expiry, key ' +
    'sets, passwords, the key of recordings, the database of approvals, and the bundles of the policy. With --online it also asks the issuers and bundle servers, ' +
    'logs in to the databases and mail servers without sending anything, and looks at the rights of the roles that it logs in as.',
  options: {
    ...configOption,
    online: {
      type: 'boolean',
      help: 'Also check that issuers, bundle servers and databases can be reached.',
    },
  },
  arguments: { min: 0, max: 1 },
  examples: [
    'portcullis check-config --config portcullis.yaml',
    'portcullis check-config --config portcullis.yaml --online',
  ],
  prints: 'One line a check: ✓ for good, ! for a warning, ✕ for what would fail.',
  exits: { 1: 'Something would fail.' },
  async run(invocation) {
    const { stdout } = invocation.terminal;
    const path = invocation.text('config') ?? invocation.positionals[0];
    if (path === undefined) throw new UsageError('option --config FILE is missing');
    const config = await readConfig(path);
    stdout.write(`${marks.good} ${path}: ${summary(config)}\n`);
    let bad = 0;
    const report = (finding: Finding) => {
      if (finding.grade === 'bad') bad += 1;
      const fix = finding.fix === undefined ? '' : `\n${indented(finding.fix)}`;
      stdout.write(`${marks[finding.grade]} ${finding.about}: ${finding.text}${fix}\n`);
    };
    for (const finding of await checkFiles(config, Date.now(), invocation.terminal.env)) report(finding);
    for (const finding of await checkState(config, Date.now())) report(finding);
    const online = invocation.flag('online');
    for (const finding of await checkPolicy(config, { online })) report(finding);
    if (online) for await (const finding of checkOnline(config)) report(finding);
    else checkResolverCredentials(config).forEach(report);
    if (bad > 0) throw new CommandError(bad === 1 ? 'one check failed' : `${bad} checks failed`);
    return 0;
  },
};

const indented = (text: string): string => text.trimEnd().replace(/^(?=.)/gm, '    ');

function summary({ resources, identity }: Config): string {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  return `valid, ${count(resources.length, 'resource')}, ${count(identity.issuers.length, 'issuer')}`;
}

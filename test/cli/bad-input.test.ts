// A wrong command line ends with code 2, one clear line, and the way to help; never with a stack.
import { describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const cases: { name: string; words: string[]; want: RegExp }[] = [
  { name: 'no command shows the overview', words: [], want: /Usage: portcullis COMMAND/ },
  { name: 'an unknown command', words: ['frobnicate'], want: /unknown command "frobnicate"/ },
  { name: 'a slip in a command', words: ['serv'], want: /Did you mean serve\?/ },
  { name: 'swapped letters in a command', words: ['lgoin'], want: /Did you mean login\?/ },
  { name: 'an option before the command', words: ['--config', 'x'], want: /Options follow the command/ },
  { name: 'an unknown option', words: ['version', '--zzz'], want: /unknown option --zzz/ },
  { name: 'a slip in an option', words: ['serve', '--confg', 'x'], want: /Did you mean --config\?/ },
  {
    name: 'an option named like a property of objects',
    words: ['version', '--constructor'],
    want: /unknown option --constructor/,
  },
  { name: 'a short option nobody knows', words: ['version', '-x'], want: /unknown option -x/ },
  {
    name: 'an option without its value',
    words: ['serve', '--config'],
    want: /--config needs a value: --config FILE/,
  },
  {
    name: 'an option that swallows the next one',
    words: ['login', '--issuer', '--device'],
    want: /--issuer needs a value/,
  },
  { name: 'an empty value', words: ['serve', '--config='], want: /--config needs a value/ },
  { name: 'a value for a flag', words: ['login', '--device=yes'], want: /--device takes no value/ },
  { name: 'a missing argument', words: ['sql'], want: /RESOURCE is missing/ },
  { name: 'one argument too many', words: ['version', 'please'], want: /unexpected argument "please"/ },
  {
    name: 'an argument for psql without --',
    words: ['psql', 'shop', 'file'],
    want: /Put arguments for the program after --/,
  },
  { name: 'a group without a command', words: ['keys'], want: /Usage: portcullis keys COMMAND/ },
  {
    name: 'an unknown command of a group',
    words: ['keys', 'creat'],
    want: /unknown keys command "creat"\nDid you mean create\?/,
  },
  { name: 'the first login without an issuer', words: ['login'], want: /the first login needs --issuer/ },
  {
    name: 'an issuer that is no URL',
    words: ['login', '--issuer', 'example', '--client-id', 'x'],
    want: /is no URL/,
  },
  {
    name: 'a gateway that is no address',
    words: ['login', '--issuer', 'https://a.test', '--client-id', 'x', '--gateway', 'a:b'],
    want: /is no gateway address/,
  },
  {
    name: 'an unknown sslmode',
    words: ['login', '--issuer', 'https://a.test', '--client-id', 'x', '--sslmode', 'on'],
    want: /It is one of disable, prefer/,
  },
  {
    name: 'a token life that is no number',
    words: ['token', '--valid-for', 'long'],
    want: /whole number of seconds/,
  },
  {
    name: 'a profile name that leaves its folder',
    words: ['token', '--profile', '../x'],
    want: /profile name consists of/,
  },
  {
    name: 'a kind of principal nobody knows',
    words: ['keys', 'create', 'a', '--file', '/nowhere', '--kind', 'robot'],
    want: /agent, service, human/,
  },
  {
    name: 'a key that would be expired',
    words: ['keys', 'create', 'a', '--file', '/nowhere', '--expires', '2001-01-01'],
    want: /expired already/,
  },
  {
    name: 'an expiry that is no time',
    words: ['keys', 'create', 'a', '--file', '/nowhere', '--expires', 'soon'],
    want: /is no time to expire/,
  },
  ...['--fail-on', '--since', '--until', '--audit', '--config'].map((option) => ({
    name: `a diff of two policies with ${option}`,
    words: ['policy', 'diff', 'old', 'new', option, 'bogus'],
    want: new RegExp(`option ${option} goes with --from-audit`),
  })),
  { name: 'a diff of nothing', words: ['policy', 'diff'], want: /OLD is missing/ },
  {
    name: 'a diff with one policy',
    words: ['policy', 'diff', 'old'],
    want: /NEW is missing\nOr --from-audit/,
  },
  {
    name: 'a diff with the audit without a policy',
    words: ['policy', 'diff', '--from-audit'],
    want: /NEW is missing/,
  },
  {
    name: 'a diff with the audit of two policies',
    words: ['policy', 'diff', '--from-audit', 'old', 'new'],
    want: /--from-audit takes one policy/,
  },
  { name: 'keys without a file', words: ['keys', 'list'], want: /--config FILE or --file FILE is missing/ },
  { name: 'check-config without a file', words: ['check-config'], want: /--config FILE is missing/ },
];

describe.each(cases)('$name', ({ words, want }) => {
  test('ends with 2', async () => {
    const { code, stdout, stderr } = await runCli(words, { env: { HOME: '/nonexistent' } });
    expect(stderr).toMatch(want);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

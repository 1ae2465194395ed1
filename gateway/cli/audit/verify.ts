// `portcullis audit verify`.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  evidenceIn,
  type KnownHead,
  knownHead,
  type PublicSigningKey,
  RecordingCheck,
  readEventLines,
  readPostgresEvidence,
  readPublicKey,
  Verification,
} from '../../audit/index.ts';
import { type Command, CommandError, type Invocation, UsageError } from '../command.ts';
import { configOption, readConfigOption } from '../config-file.ts';
import { explained } from './database-error.ts';
import { printReports } from './verify-report.ts';

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'Check that no event was changed, deleted, moved or added',
  description:
    'Names the first bad event of each chain and what is wrong with it. Equal events may come twice: sinks get them at ' +
    'least once. Without the public key, somebody who can write to PLACE could have hashed all of it anew, and this ' +
    'says so; take the key from the gateway once (portcullis audit keys), and keep it where the gateway cannot write. ' +
    'What was cut off at the end is only found against a head that is known from elsewhere.',
  options: {
    audit: {
      type: 'string',
      value: 'PLACE',
      help:
        'A folder of journals or exports, a file of JSON Lines, - for those on standard input, or the URL of a ' +
        'PostgreSQL that is a sink. Default: the journals of --config.',
    },
    key: { type: 'string', value: 'FILE', help: 'Public keys of gateways, PEM; a file may have several.' },
    'expect-head': {
      type: 'string',
      value: 'HEAD',
      help: 'How far a chain must have come: CHAIN/SEQ=HASH, as this prints it, or a file of events, as a sink has them.',
    },
    whole: {
      type: 'boolean',
      help: 'The first events must be there as well. Always so for journals.',
    },
    recordings: {
      type: 'string',
      value: 'FOLDER',
      help: 'Compare the recordings in there with what the events say of them.',
    },
    json: { type: 'boolean', help: 'Print JSON.' },
    ...configOption,
  },
  examples: [
    'portcullis audit verify --config portcullis.yaml --key gateway.pub.pem',
    'portcullis audit verify --audit export.jsonl --key gateway.pub.pem',
    'portcullis audit verify --audit postgres://auditor@db.example.com/audit --key gateway.pub.pem --whole',
  ],
  prints:
    'A line for each chain: what it has and how far it is signed, or its first bad event. With --recordings, a line for ' +
    'each recording that is not what was recorded, and how many were compared.',
  exits: { 1: 'An event or a recording is bad or missing, or nothing could be checked.' },
  async run(invocation) {
    const { terminal, text, flag } = invocation;
    const keys = await readKeys(text('key'));
    const { all, isJournal } = await placeOf(invocation);
    const heads = await readHeads(text('expect-head'), keys);
    const verification = new Verification({ keys, heads, isWhole: isJournal || flag('whole') });
    const recordings = new RecordingCheck();
    let events = 0;
    try {
      for await (const one of all) {
        events += 1;
        verification.see(one);
        if ('own' in one && one.own !== undefined) recordings.see(one.own);
      }
    } catch (error) {
      throw explained(error);
    }
    const chains = verification.end();
    if (events === 0 && chains.length === 0) throw new CommandError('there are no events to check');
    const folder = text('recordings');
    const compared = folder === undefined ? undefined : await recordings.compare(folder);
    const report = { chains, recordings: compared, keys: keys.map(({ id }) => id) };
    printReports(terminal, report, flag('json'));
    const isSpoilt = compared !== undefined && compared.problems.length > 0;
    return isSpoilt || chains.some(({ problem }) => problem !== undefined) ? 1 : 0;
  },
};

async function placeOf(invocation: Invocation): ReturnType<typeof evidenceIn> {
  const named = invocation.text('audit');
  if (named === '-') return { isJournal: false, all: readEventLines(invocation.terminal.stdin) };
  if (named !== undefined && /^postgres(ql)?:\/\//.test(named))
    return { isJournal: false, all: readPostgresEvidence(named) };
  if (named === undefined && invocation.text('config') === undefined)
    throw new UsageError(
      'option --audit PLACE is missing',
      'Or --config FILE, for the journals of that gateway.',
    );
  const place = named ?? join((await readConfigOption(invocation)).data_dir, 'audit');
  return await evidenceIn(place).catch((error) => {
    throw cannotRead(place, error);
  });
}

async function readKeys(file: string | undefined): Promise<readonly PublicSigningKey[]> {
  if (file === undefined) return [];
  const text = await readText(file);
  const blocks = text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [];
  if (blocks.length === 0) throw new CommandError(`${file} has no key in PEM`);
  try {
    return blocks.map((block) => readPublicKey(block));
  } catch {
    throw new CommandError(`${file} has a key that is none of Ed25519`, {
      hint: '`portcullis audit keys` prints the one of a gateway.',
    });
  }
}

const written = /^([\w.-]+)\/(\d+)=([\w-]{43})$/;

async function readHeads(
  given: string | undefined,
  keys: readonly PublicSigningKey[],
): Promise<readonly KnownHead[]> {
  if (given === undefined) return [];
  const [, chain, seq, hash = ''] = written.exec(given) ?? [];
  if (chain !== undefined) return [{ chain, seq: Number(seq), hash }];
  const heads: KnownHead[] = [];
  for await (const one of (await evidenceIn(given).catch((error) => Promise.reject(cannotRead(given, error))))
    .all) {
    if (!('own' in one) || one.own?.type !== 'audit.head') continue;
    const head = knownHead(one.own, keys);
    if (head !== undefined) heads.push(head);
  }
  if (heads.length === 0)
    throw new CommandError(
      `${given} has no head${keys.length === 0 ? '' : ' that is signed with a given key'}`,
    );
  return heads;
}

const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error) => {
    throw cannotRead(file, error);
  });

const cannotRead = (place: string, error: unknown): CommandError =>
  new CommandError(`${place} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);

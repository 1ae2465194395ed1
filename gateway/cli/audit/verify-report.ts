// What `portcullis audit verify` found, for people and for programs.
import type { ChainReport, ComparedRecordings } from '../../audit/index.ts';
import type { Terminal } from '../command.ts';

export type VerifyReport = Readonly<{
  chains: readonly ChainReport[];
  /** Where recordings were looked at. */
  recordings: ComparedRecordings | undefined;
  /** Ids of the keys that signatures were checked with. */
  keys: readonly string[];
}>;

export function printReports({ stdout, stderr }: Terminal, report: VerifyReport, asJson: boolean): void {
  const { chains, recordings, keys } = report;
  if (asJson) {
    stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return;
  }
  for (const chain of chains) stdout.write(`${inWords(chain, keys.length > 0)}\n`);
  if (recordings !== undefined) stdout.write(recordingsInWords(recordings));
  if (keys.length === 0)
    stderr.write(
      'No key was given, so signatures were not checked: whoever could write there could have made all of this anew.\n' +
        'Take the public key from the gateway once (portcullis audit keys) and name it with --key.\n',
    );
  for (const { chain, last, lastHash, problem } of chains)
    if (problem === undefined)
      stderr.write(`To find later whether its end was cut off: --expect-head ${chain}/${last}=${lastHash}\n`);
}

function recordingsInWords({ problems, recordings, chunks, cutShort, removed }: ComparedRecordings): string {
  const bad = problems.map(({ session, message }) => `recording of session ${session}: BAD: ${message}\n`);
  const said = [
    recordings === 0
      ? 'the events tell of none'
      : `${recordings} compared, ${problems.length === 0 ? 'none' : problems.length} of them BAD; ${count(chunks, 'chunk')} as recorded`,
  ];
  if (cutShort > 0) said.push(`of ${cutShort} the end could not be written, as the events say`);
  if (removed > 0) said.push(`${removed} deleted by retention`);
  return `${bad.join('')}recordings: ${said.join('; ')}\n`;
}

function inWords(report: ChainReport, hasKeys: boolean): string {
  const {
    chain,
    problem,
    events,
    first,
    last,
    duplicates,
    redacted,
    skipped,
    trimmedThrough,
    attested,
    lastTime,
  } = report;
  if (problem !== undefined)
    return `${chain}: BAD: event ${problem.seq} ${asVerb[problem.what]}: ${problem.message}`;
  const said = [`${chain}: whole, ${first} to ${last} (${count(events, 'event')}, until ${lastTime})`];
  if (first > 1)
    said.push(
      trimmedThrough >= first - 1
        ? `those up to ${first - 1} were deleted, as the chain says`
        : `it begins with event ${first}, and what was before it is not known`,
    );
  for (const { after, before } of skipped)
    said.push(`a machine stopped behind ${after}: numbers up to ${before - 1} were left out`);
  if (redacted > 0)
    said.push(`retention has left of ${count(redacted, 'event')} nothing but the place in the chain`);
  if (duplicates > 0) said.push(`${count(duplicates, 'event')} came more than once`);
  if (hasKeys && attested !== undefined)
    said.push(
      attested.seq >= last - 1
        ? 'signed to its end'
        : `signed up to event ${attested.seq} (${attested.time}), the ${count(last - attested.seq, 'event')} behind it by nothing yet`,
    );
  return said.join('; ');
}

const asVerb: Readonly<Record<NonNullable<ChainReport['problem']>['what'], string>> = {
  altered: 'was altered',
  subject_changed: 'was altered',
  subject_missing: 'is not whole',
  missing: 'is missing',
  swapped: 'is in the wrong place',
  duplicated: 'is there twice',
  unchained: 'does not belong there',
  truncated: 'is missing',
  bad_signature: 'has a bad signature',
  unsigned: 'is not signed',
  unreadable: 'cannot be read',
};

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

// `portcullis policy diff --from-audit`: what another policy would have done with what the audit has recorded.
import { becoming, type Change, directions, type TallyDocument } from '../../../audit/index.ts';
import { partsOf, placeOptions, rangeOptions, readPlace, readRange } from '../../audit/place.ts';
import { CommandError, type Invocation, type OptionSpec, UsageError } from '../../command.ts';
import { Progress } from '../../page/progress.ts';
import { count } from '../check/finding.ts';
import { prepareOpa } from '../opa/opa.ts';
import { bundleBytes, stageBundle } from '../replay/open-policy.ts';
import { judgeAcrossThreads } from './across-threads.ts';
import { auditPage } from './audit-page.ts';

const failing = [...becoming, ...directions, 'unjudged', 'any'] as const;

export const fromAuditOptions: Readonly<Record<string, OptionSpec>> = {
  'from-audit': { type: 'boolean', help: 'Compare with what the audit has recorded.' },
  ...placeOptions,
  ...rangeOptions,
  'fail-on': {
    type: 'string',
    value: 'LIST',
    help: `With --from-audit, what gives exit code 3: ${failing.join(', ')}. Default: any. "none" for nothing.`,
  },
};

/** Who compares two policies doesn't ask the audit: what would be passed over is refused. */
export function refuseAuditOptions({ text }: Invocation): void {
  const given = Object.keys(fromAuditOptions).find((name) => text(name) !== undefined);
  if (given !== undefined) throw new UsageError(`option --${given} goes with --from-audit`);
}

/** Whether there is something of what --fail-on names. */
export async function printFromAudit(invocation: Invocation): Promise<boolean> {
  const [path, another] = invocation.positionals;
  if (path === undefined) throw new UsageError('NEW is missing');
  if (another !== undefined) throw new UsageError('--from-audit takes one policy: the new one');
  if (invocation.text('inputs') !== undefined)
    throw new UsageError('--from-audit and --inputs exclude each other');
  const failOn = parseFailOn(invocation.text('fail-on'));
  const range = readRange(invocation, Date.now());
  const place = await readPlace(invocation);
  const opa = await prepareOpa(invocation);
  const bundle = await bundleBytes(opa, path);
  // Refused here, it says why before anything was read.
  const { revision } = await stageBundle(bundle, path);
  const parts = await partsOf(place, range);
  const tally = await judgeAll(invocation, { bundle, name: path, range, parts });
  if (invocation.flag('json'))
    invocation.terminal.stdout.write(`${JSON.stringify({ new: revision, ...tally }, undefined, 2)}\n`);
  else invocation.terminal.stdout.write(auditPage(invocation.terminal, { path, revision, tally }));
  if (tally.unreadable > 0) {
    throw new CommandError(
      `${count(tally.unreadable, 'line')} of the audit cannot be read: what was decided there is not counted`,
      { hint: 'portcullis audit verify says what they are.' },
    );
  }
  if (tally.recorded === 0) {
    throw new CommandError('the audit has no decisions of that time', {
      hint: 'Look further back with --since.',
    });
  }
  return fails(tally, failOn);
}

type Request = Omit<Parameters<typeof judgeAcrossThreads>[0], 'onProgress'>;

async function judgeAll({ terminal }: Invocation, request: Request): Promise<TallyDocument> {
  const whole = request.parts.reduce((sum, { from, to }) => sum + to - from, 0);
  const progress = new Progress(terminal);
  let read = 0;
  let events = 0;
  try {
    return await judgeAcrossThreads({
      ...request,
      onProgress: (bytes, recorded) => {
        read += bytes;
        events += recorded;
        progress.show(read / whole, `${events.toLocaleString('en')} events`);
      },
    });
  } finally {
    progress.end();
  }
}

function parseFailOn(text: string | undefined): ReadonlySet<string> {
  if (text === 'none') return new Set();
  const named = (text ?? 'any').split(',').map((each) => each.trim());
  const unknown = named.find((each) => !failing.some((known) => known === each));
  if (unknown === undefined) return new Set(named);
  throw new UsageError(
    `option --fail-on does not know "${unknown}"`,
    `It knows ${failing.join(', ')}, none.`,
  );
}

function fails({ changes, unjudged }: TallyDocument, failOn: ReadonlySet<string>): boolean {
  const isNamed = ({ becomes, direction }: Change): boolean =>
    failOn.has('any') || failOn.has(becomes) || (direction !== undefined && failOn.has(direction));
  return changes.some(isNamed) || (failOn.has('unjudged') && unjudged.length > 0);
}

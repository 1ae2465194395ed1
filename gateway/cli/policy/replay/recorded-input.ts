// Inputs that were recorded: whole ones, events of a decision log, or entries as a bundle carries them.
import { readFile } from 'node:fs/promises';
import { CommandError } from '../../command.ts';

export type RecordedInput = Readonly<{
  /** Where it stands, for people: `inputs.jsonl:14`. */
  place: string;
  entrypoint: string;
  input: Readonly<Record<string, unknown>>;
}>;

type Document = Readonly<Record<string, unknown>>;

const entrypoints: Readonly<Record<string, string>> = {
  connect: 'gateway/connect/decision',
  statement: 'gateway/statement/decision',
  approve: 'gateway/approve/decision',
  access: 'gateway/access/decision',
};

/** One JSON document a line. A decision log's events that have no input any more, since they were erased, are left out. */
export async function readRecordedInputs(path: string): Promise<RecordedInput[]> {
  const text = await readText(path);
  const inputs: RecordedInput[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const place = `${path}:${at + 1}`;
    const document = parseDocument(line, place);
    const found = asRecorded(document, place);
    if (found !== undefined) inputs.push(found);
    else if (!isEvent(document)) throw notAnInput(place);
  }
  return inputs;
}

export async function readInput(path: string): Promise<RecordedInput> {
  const found = asRecorded(parseDocument(await readText(path), path), path);
  if (found === undefined) throw notAnInput(path);
  return found;
}

/** Undefined where it isn't one. */
function asRecorded(document: Document, place: string): RecordedInput | undefined {
  const { input, entrypoint, path } = document;
  const inner = isObject(input) ? input : document;
  const phase = isObject(inner.request) ? inner.request.phase : undefined;
  const named = [entrypoint, path].find((value) => typeof value === 'string') as string | undefined;
  const asked = named ?? (typeof phase === 'string' ? entrypoints[phase] : undefined);
  if (asked === undefined || !isObject(inner.identity)) return undefined;
  return { place, entrypoint: asked, input: inner };
}

const isEvent = (document: Document): boolean => 'decision_id' in document;

const isObject = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseDocument(text: string, place: string): Document {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // Said below, without the text, which may hold anybody's data.
  }
  throw new CommandError(`${place} is no JSON object`);
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path} cannot be read: ${error.code}`);
  });
}

function notAnInput(place: string): CommandError {
  return new CommandError(`${place} is no input of a policy`, {
    hint: 'It has "request", with the phase that is asked about, and "identity": see schemas/input.schema.json.',
  });
}

/** Who asks what, in a few words. */
export function describeInput({ input }: RecordedInput): string {
  const { identity, statement, request } = input as {
    identity: { principal?: string };
    statement?: { tag?: string; relations?: readonly { schema: string; name: string }[] };
    request?: { phase?: string };
  };
  const relations = statement?.relations?.map(({ schema, name }) => `${schema}.${name}`).slice(0, 2) ?? [];
  const what = statement?.tag ?? request?.phase ?? '';
  return [identity.principal ?? 'somebody', ':', what, ...relations].join(' ').replace(' :', ':');
}

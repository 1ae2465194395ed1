// RowDescription as the independent truth for what results have: as many columns, of these types, from these places.
import type { Snapshot } from '../../gateway/catalog/index.ts';
import type { OutputFact } from '../../gateway/sql/index.ts';
import { frontend, type RawClient, type RawColumn } from '../support/raw-client.ts';
import type { Candidate } from './candidates.ts';
import { Counter, type Finding, type PartResult } from './findings.ts';
import type { FactsReader } from './reader.ts';

const part = 'row description';

export async function compareRowDescriptions(
  client: RawClient,
  reader: FactsReader,
  candidates: readonly Candidate[],
): Promise<PartResult> {
  const counter = new Counter();
  const failures: Finding[] = [];
  for (const { text, parameterTypes } of candidates) {
    const described = await describe(client, text, parameterTypes);
    const facts = await reader.readOne(text, parameterTypes);
    if (described === undefined || facts === undefined) {
      counter.add(described === undefined ? 'refused by the server' : 'refused by the resolver alone');
      if (described !== undefined)
        failures.push({ part, what: 'the server describes what has no facts', text });
      continue;
    }
    if (facts.opaque.some(({ reason }) => reason === 'unresolved' || reason === 'unknown_node')) {
      counter.add('opaque');
      continue;
    }
    const [theirs, ours] = [
      described.map(print),
      facts.outputs.map((output) => printOutput(output, reader.catalog)),
    ];
    const at = theirs.findIndex((column, index) => column !== ours[index]);
    if (theirs.length === ours.length && at === -1) counter.add('the same');
    else {
      counter.add('different');
      const what =
        theirs.length === ours.length
          ? `output ${at + 1} is ${theirs[at]}, and ${ours[at]} in the facts`
          : `the server describes ${theirs.length} outputs, the facts have ${ours.length}`;
      failures.push({ part, what, text });
    }
  }
  return { part, counts: counter.counts, failures, notes: [] };
}

async function describe(
  client: RawClient,
  text: string,
  parameterTypes: readonly number[],
): Promise<readonly RawColumn[] | undefined> {
  client.send(frontend.parse(text, '', parameterTypes), frontend.describeStatement(), frontend.sync());
  const messages = await client.until('Z');
  if (messages.some(({ type }) => type === 'E')) return undefined;
  return messages.find(({ type }) => type === 'T')?.columns ?? [];
}

const print = ({ name, tableOid, attribute, typeOid }: RawColumn): string =>
  `${name}: type ${typeOid} of ${tableOid}.${attribute}`;

function printOutput({ name, type, origin }: OutputFact, catalog: Snapshot): string {
  return `${name}: type ${baseOf(type, catalog)} of ${origin.relation}.${origin.column}`;
}

/** The server describes a domain's values as values of what is beneath. */
function baseOf(oid: number, catalog: Snapshot): number {
  const type = catalog.type(oid);
  return type?.kind === 'domain' ? baseOf(type.base, catalog) : oid;
}

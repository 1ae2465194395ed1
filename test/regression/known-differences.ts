// Tests that pass direct and can't pass through a gateway, each with its reason.

export type KnownDifference = Readonly<{ test: string; reason: string }>;

const ofAnyGateway: readonly KnownDifference[] = [
  {
    test: 'insert-conflict-specconflict',
    reason: 'looks sessions up by their application_name, to which the gateway adds who they are',
  },
];

const analyzing = 'what only the session sees is analyzed in it';
const grammar = "errors of the grammar are PostgreSQL 18's";

const whereFactsAreRead: readonly KnownDifference[] = [
  { test: 'txid', reason: `${analyzing}, which takes a transaction id` },
  { test: 'xid', reason: `${analyzing}, which takes a transaction id` },
  {
    test: 'prepared_xacts',
    reason: `${analyzing}, by a temporary function, and PREPARE TRANSACTION is refused`,
  },
  { test: 'strings', reason: `${grammar}, and come without their hints` },
  { test: 'errors', reason: `${grammar}, and come without their hints` },
  { test: 'create_table', reason: `${grammar}, which say where` },
];

export const knownDifferences = (facts: boolean): readonly KnownDifference[] =>
  facts ? [...ofAnyGateway, ...whereFactsAreRead] : ofAnyGateway;

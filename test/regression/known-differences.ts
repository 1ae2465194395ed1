// Tests that pass direct and can't pass through a gateway, each with its reason.

export type KnownDifference = Readonly<{ test: string; reason: string }>;

const ofAnyGateway: readonly KnownDifference[] = [
  {
    test: 'insert-conflict-specconflict',
    reason: 'looks sessions up by their application_name, to which the gateway adds who they are',
  },
];

/** What only a session sees is analyzed in it. */
const analyzing = (effect: string, ...tests: readonly string[]): readonly KnownDifference[] =>
  tests.map((test) => ({ test, reason: `statements are analyzed in the session, which ${effect}` }));

const grammar = (effect: string, ...tests: readonly string[]): readonly KnownDifference[] =>
  tests.map((test) => ({ test, reason: `errors of the grammar are PostgreSQL 18's, ${effect}` }));

const whereFactsAreRead: readonly KnownDifference[] = [
  ...analyzing('takes a transaction id', 'txid', 'xid'),
  ...analyzing('counts as commands of its transaction', 'combocid'),
  ...analyzing('makes a temporary function, so that PREPARE TRANSACTION is refused', 'prepared_xacts'),
  ...grammar('without hints and details', 'errors', 'rowsecurity', 'publication'),
  {
    test: 'strings',
    reason:
      'the grammar reads texts as with standard_conforming_strings on, and refuses what only is one without',
  },
  ...grammar('which say where', 'create_table', 'foreign_key', 'limit'),
  { test: 'prepare', reason: 'an error in the types that PREPARE declares is told without its place' },
  { test: 'largeobject', reason: "psql calls functions by their number, which the gateway's guard refuses" },
];

export const knownDifferences = (facts: boolean): readonly KnownDifference[] =>
  facts ? [...ofAnyGateway, ...whereFactsAreRead] : ofAnyGateway;

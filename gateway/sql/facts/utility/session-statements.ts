// SHOW, EXPLAIN, EXECUTE, FETCH and their like: what rows they give, and what they stand for.

import type { NodeOf } from '../../syntax/statement.ts';
import type { Findings } from './findings.ts';
import { optionOf } from './routines.ts';

const TEXT = 25;
const JSON_TYPE = 114;
const XML = 142;

export function show({ name = '' }: Readonly<NodeOf<'VariableShowStmt'>>, findings: Findings): void {
  give(name === 'all' ? ['name', 'setting', 'description'] : [name], TEXT, findings);
}

/** The plan shows names, constants and estimates, and no rows: outputs of what is explained don't come to the client. */
export function explain({ options }: Readonly<NodeOf<'ExplainStmt'>>, findings: Findings): void {
  findings.innerOutputs = 'read';
  const format = optionOf(options, 'format')?.toLowerCase();
  give(['QUERY PLAN'], format === 'json' ? JSON_TYPE : format === 'xml' ? XML : TEXT, findings);
}

function give(names: readonly string[], type: number, findings: Findings): void {
  findings.rowsFrom = 'outputs';
  findings.outputs = names.map((name, at) => ({ position: at + 1, name, type, column: undefined }));
}

export function execute({ name = '' }: Readonly<NodeOf<'ExecuteStmt'>>, findings: Findings): void {
  findings.rowsFrom = 'named';
  // They are parameters of what is executed, which may give them back.
  findings.innerOutputs = 'output';
  findings.standsFor = { of: 'prepared', name };
}

/** MOVE runs the query as well, and gives no rows. */
export function fetch(
  { portalname: name = '', ismove }: Readonly<NodeOf<'FetchStmt'>>,
  findings: Findings,
): void {
  findings.rowsFrom = ismove ? 'none' : 'named';
  findings.standsFor = { of: 'cursor', name };
}

/** The rows come with EXECUTE or FETCH. */
export function prepare(_: unknown, findings: Findings): void {
  findings.innerOutputs = 'output';
}

export function intoTable(_: unknown, findings: Findings): void {
  findings.innerOutputs = 'write_source';
}

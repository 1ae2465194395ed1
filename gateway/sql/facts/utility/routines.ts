// CALL, and the statements that define functions or have code run that no tree shows.

import type { Node } from 'libpg-query';
import { nameOf, nameOfList, type WrittenName } from '../../syntax/names.ts';
import type { NodeOf } from '../../syntax/statement.ts';
import type { Routine } from '../catalog-view.ts';
import { type Findings, qualified } from './findings.ts';
import type { CalledRoutine, GivenArguments } from './utility-facts.ts';

/** Which of several it is depends on types that only the server knows: all of them count. */
export function call({ funccall }: Readonly<NodeOf<'CallStmt'>>, findings: Findings): void {
  findings.rowsFrom = 'routine';
  // A procedure may do anything with its arguments.
  findings.innerOutputs = 'write_source';
  const { funcname, args = [], func_variadic = false } = funccall ?? {};
  const names = args.map((arg) => ('NamedArgExpr' in arg ? arg.NamedArgExpr.name : undefined));
  const given = { names, asArray: func_variadic };
  for (const routine of routinesNamed(nameOfList(funcname), 'procedure', 'now', findings, given)) {
    const { body, vouch, language } = routine;
    if (body === undefined && vouch === undefined)
      findings.opaque(
        'function',
        `calls the ${language} procedure ${signature(routine)}, whose reads aren't known`,
      );
    // Arguments may be INOUT, also those that are left out: then a row comes back.
    else if (givesBack(routine) && (vouch === undefined || vouch.carries.length > 0))
      findings.opaque('function', `what the procedure ${signature(routine)} gives back isn't known`);
  }
}

const VOID = 2278;
const givesBack = ({ results }: Routine): boolean => results.some((type) => type !== VOID);

const signature = (routine: Routine): string => `${qualified(routine)}(${routine.argumentTypes.join(', ')})`;

export function routinesNamed(
  name: WrittenName,
  as: CalledRoutine['as'],
  runs: CalledRoutine['runs'],
  findings: Findings,
  given?: GivenArguments,
): readonly Routine[] {
  const routines = findings.catalog
    .findRoutines(name.at(-2), name.at(-1) ?? '', findings.searchPath)
    .filter(({ kind }) => (kind === 'procedure') === (as === 'procedure'));
  if (routines.length === 0)
    findings.opaque(
      'unknown_object',
      `the catalog has no ${as === 'procedure' ? as : 'function'} ${name.join('.')}`,
    );
  for (const routine of routines)
    findings.routines.push({ routine, as, runs, ...(given !== undefined && { given }) });
  return routines;
}

export function doBlock(_: Readonly<NodeOf<'DoStmt'>>, findings: Findings): void {
  findings.opaque('dynamic', 'runs a block of code, whose statements are not known');
}

/** Their validators only look at the body; those of other languages load or compile code that may run at once. */
const validatedOnly = new Set(['sql', 'plpgsql', 'internal']);

export function createFunction(
  { options = [] }: Readonly<NodeOf<'CreateFunctionStmt'>>,
  findings: Findings,
): void {
  findings.innerOutputs = 'read';
  const language = optionOf(options, 'language') ?? 'sql';
  if (!validatedOnly.has(language.toLowerCase()))
    findings.opaque('dynamic', 'defines a function in a language that may run code when it is defined');
}

/** The server calls it once, to see that it can convert. */
export function createConversion(
  { func_name }: Readonly<NodeOf<'CreateConversionStmt'>>,
  findings: Findings,
): void {
  routinesNamed(nameOfList(func_name), 'function', 'now', findings);
}

export function createEventTrigger(
  { funcname }: Readonly<NodeOf<'CreateEventTrigStmt'>>,
  findings: Findings,
): void {
  routinesNamed(nameOfList(funcname), 'trigger', 'later', findings);
}

export function optionOf(options: readonly Node[] | undefined, name: string): string | undefined {
  for (const option of options ?? [])
    if ('DefElem' in option && option.DefElem.defname === name) {
      const { arg } = option.DefElem;
      return arg !== undefined && ('String' in arg || 'TypeName' in arg) ? nameOf(arg).at(-1) : undefined;
    }
  return undefined;
}

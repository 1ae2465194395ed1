// Functions, procedures and aggregates, each with its reviewed class and what a security team says of it.
import type { Routine, Vouch } from '../../sql/index.ts';
import { firstNormalOid, loadFunctionClasses } from '../functions/function-classes.ts';
import { printSignature } from '../functions/function-signature.ts';
import { type CatalogQuery, eachRow, numberOf, numbersOf, optionalOf, textOf } from './catalog-query.ts';

import { loadTwins } from './load-twins.ts';
import type { ObjectNames } from './object-names.ts';
import { only } from './own-part.ts';
import { none, type SharedTexts } from './shared-values.ts';

const outputTypes = `
  (SELECT pg_catalog.string_agg(type::pg_catalog.text, ' ' ORDER BY place)
     FROM ROWS FROM (pg_catalog.unnest(p.proallargtypes), pg_catalog.unnest(p.proargmodes))
          WITH ORDINALITY AS arguments (type, mode, place)
    WHERE mode IN ('o', 'b', 't'))`;

const routineSql = `
  SELECT p.oid, p.pronamespace, p.proname, p.proargtypes, p.prokind, p.provolatile, p.prolang, p.prosecdef,
         p.proowner, e.extname, p.prosqlbody, p.proargdefaults, pg_catalog.array_to_json(p.proconfig),
         p.prorettype, CASE WHEN p.proargmodes IS NOT NULL THEN ${outputTypes} END,
         CASE WHEN p.prokind = 'p' THEN
           coalesce(pg_catalog.array_to_string(p.proallargtypes, ' '), p.proargtypes::pg_catalog.text) END,
         p.provariadic, CASE WHEN p.prokind = 'p' THEN pg_catalog.array_to_json(p.proargnames) END
    FROM pg_catalog.pg_proc p
    LEFT JOIN pg_catalog.pg_depend d
      ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
     AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
    LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
   WHERE ${only('routines', 'p.oid')}`;

const argumentTypeSql = `
  SELECT t.oid, pg_catalog.format_type(t.oid, NULL)
    FROM (SELECT DISTINCT pg_catalog.unnest(proargtypes) AS oid FROM pg_catalog.pg_proc
           WHERE ${only('routines', 'oid')}) t`;

const partSql = `
  SELECT aggfnoid::pg_catalog.oid, part::pg_catalog.oid
    FROM pg_catalog.pg_aggregate,
         LATERAL (VALUES (aggtransfn), (aggfinalfn), (aggcombinefn), (aggserialfn), (aggdeserialfn),
                         (aggmtransfn), (aggminvtransfn), (aggmfinalfn)) AS parts (part)
   WHERE part <> 0 AND ${only('routines', 'aggfnoid')}`;

const stateSql = `
  SELECT aggfnoid::pg_catalog.oid, state
    FROM pg_catalog.pg_aggregate,
         LATERAL (VALUES (aggtranstype, agginitval), (aggmtranstype, aggminitval)) AS states (state, first)
   WHERE first IS NOT NULL AND ${only('routines', 'aggfnoid')}`;

const kinds: Readonly<Record<string, Routine['kind']>> = {
  f: 'function',
  p: 'procedure',
  a: 'aggregate',
  w: 'window',
};

const volatilities: Readonly<Record<string, Routine['volatility']>> = { i: 'immutable', s: 'stable' };

export type Routines = Readonly<{
  routines: ReadonlyMap<number, Routine>;
  /** All of a name, whatever their schema. */
  routineNames: ReadonlyMap<string, readonly Routine[]>;
}>;

export async function loadRoutines(
  query: CatalogQuery,
  names: ObjectNames,
  texts: SharedTexts,
  vouches: ReadonlyMap<string, Vouch>,
  typeNames: TypeNames,
): Promise<Routines> {
  const classes = loadFunctionClasses();
  const typeLists = listsOf(typeNames);
  const parts = await loadByAggregate(query, partSql);
  const states = await loadByAggregate(query, stateSql);
  const twins = await loadTwins(query);
  const routines = new Map<number, Routine>();
  const routineNames = new Map<string, Routine[]>();
  await eachRow(query, routineSql, (row) => {
    const schema = names.schema(numberOf(row[1]));
    if (schema === undefined) return;
    const oid = numberOf(row[0]);
    const name = texts.share(textOf(row[2]));
    const argumentTypes = typeLists(textOf(row[3]));
    const extension = row[9] === null ? undefined : texts.share(textOf(row[9]));
    const routine: Routine = {
      oid,
      schema,
      name,
      argumentTypes,
      kind: kinds[textOf(row[4])] ?? 'function',
      volatility: volatilities[textOf(row[5])] ?? 'volatile',
      language: names.language(numberOf(row[6])),
      securityDefiner: row[7] === 't',
      owner: names.role(numberOf(row[8])),
      builtin: oid < firstNormalOid,
      extension,
      class: twins.get(oid) ?? classes.of({ oid, schema, name, argumentTypes, extension }).class,
      body: optionalOf(row[10]),
      parameters: row[15] ? numbersOf(row[15]) : none,
      parameterNames: row[17] ? (JSON.parse(row[17]) as string[]) : none,
      variadic: numberOf(row[16]),
      results: numbersOf(row[14] ?? textOf(row[13])),
      defaults: optionalOf(row[11]),
      parts: parts.get(oid) ?? none,
      states: states.get(oid) ?? none,
      settings: row[12] ? (JSON.parse(row[12]) as string[]) : none,
      vouch: vouches.size === 0 ? undefined : vouches.get(printSignature(schema, name, argumentTypes)),
    };
    routines.set(oid, routine);
    const named = routineNames.get(name);
    if (named === undefined) routineNames.set(name, [routine]);
    else named.push(routine);
  });
  return { routines, routineNames };
}

/** Of the types of arguments, as format_type prints them. */
export type TypeNames = ReadonlyMap<string, string>;

/** What is known is given back where it is the same, though there may be other types by now. */
export async function loadTypeNames(
  query: CatalogQuery,
  texts: SharedTexts,
  known?: TypeNames,
): Promise<TypeNames> {
  const names = new Map<string, string>();
  await eachRow(query, argumentTypeSql, ([oid, name]) => {
    names.set(textOf(oid), texts.share(textOf(name)));
  });
  const same = names.size === known?.size && [...names].every(([oid, name]) => known.get(oid) === name);
  return same && known !== undefined ? known : names;
}

/** From the text of an oidvector to the names of the types; functions with the same arguments share the list. */
function listsOf(types: TypeNames): (oids: string) => readonly string[] {
  const lists = new Map<string, readonly string[]>([['', none]]);
  return (oids) => {
    const known = lists.get(oids);
    if (known !== undefined) return known;
    const list = oids.split(' ').map((oid) => types.get(oid) ?? '???');
    lists.set(oids, list);
    return list;
  };
}

async function loadByAggregate(
  query: CatalogQuery,
  sql: string,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const found = new Map<number, number[]>();
  await eachRow(query, sql, ([aggregate, value]) => {
    const list = found.get(numberOf(aggregate)) ?? [];
    if (!list.includes(numberOf(value))) list.push(numberOf(value));
    found.set(numberOf(aggregate), list);
  });
  return found;
}

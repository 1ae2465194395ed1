// Functions that run the server's own code under a name of their own, as the constructors of every range type do.

import { type FunctionClass, stricterClass } from '../functions/function-class.ts';
import { firstNormalOid, loadFunctionClasses } from '../functions/function-classes.ts';
import { type CatalogQuery, eachRow, numberOf, textOf } from './catalog-query.ts';
import { only } from './own-part.ts';

/** Only a superuser makes a function of the language internal, or the server itself for a new type. */
const twinSql = `
  SELECT p.oid, twin.oid::pg_catalog.regprocedure
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname = 'internal'
    JOIN pg_catalog.pg_proc twin
      ON twin.prosrc = p.prosrc AND twin.prolang = p.prolang AND twin.oid < ${firstNormalOid}
   WHERE p.oid >= ${firstNormalOid} AND ${only('routines', 'p.oid')}`;

/** By OID: the class of what came with the server and is the same code, the strictest where several are. */
export async function loadTwins(query: CatalogQuery): Promise<ReadonlyMap<number, FunctionClass>> {
  const classes = loadFunctionClasses();
  const found = new Map<number, FunctionClass>();
  await eachRow(query, twinSql, ([routine, twin]) => {
    const oid = numberOf(routine);
    const one = classes.find(textOf(twin))?.class ?? 'opaque';
    found.set(oid, stricterClass(found.get(oid) ?? one, one));
  });
  return found;
}

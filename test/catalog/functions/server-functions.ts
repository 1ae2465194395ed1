// What a server's own catalog says of its functions: the facts that a class is proposed from and checked against.
import type pg from 'pg';

export type ServerFunction = Readonly<{
  oid: number;
  schema: string;
  name: string;
  argumentTypes: readonly string[];
  resultType: string;
  volatility: 'i' | 's' | 'v';
  kind: 'f' | 'p' | 'a' | 'w';
  language: string;
  /** The name of the C function, or the text of the body. */
  source: string;
  securityDefiner: boolean;
  /** The extension it belongs to. */
  extension: string | null;
  /** Reads or writes the text or binary form of a type, or a type's modifier. */
  typeSupport: boolean;
  /** May everybody call it on a freshly made server? */
  everybody: boolean;
  description: string | null;
}>;

const query = `
SELECT p.oid::int AS oid, n.nspname AS schema, p.proname AS name,
       ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, o) ORDER BY o)
         AS "argumentTypes",
       format_type(p.prorettype, NULL) AS "resultType", p.provolatile AS volatility, p.prokind AS kind,
       l.lanname AS language, p.prosrc AS source, p.prosecdef AS "securityDefiner", e.extname AS extension,
       EXISTS (SELECT FROM pg_type WHERE p.oid IN
         (typinput, typoutput, typreceive, typsend, typmodin, typmodout)) AS "typeSupport",
       has_function_privilege('public', p.oid, 'execute') AS everybody,
       obj_description(p.oid, 'pg_proc') AS description
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
  LEFT JOIN pg_depend d
    ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
   AND d.refclassid = 'pg_extension'::regclass
  LEFT JOIN pg_extension e ON e.oid = d.refobjid
 ORDER BY n.nspname, p.proname, p.oid`;

export async function readServerFunctions(client: pg.Client): Promise<ServerFunction[]> {
  return (await client.query<ServerFunction>(query)).rows;
}

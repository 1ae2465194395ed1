// The fields of a range table entry: some that each has, and those of its kind between them.

/** Written like `expressions`. */
export const rangeTableEntry = {
  before: ['alias: node ALIAS', 'eref: node! ALIAS', 'rtekind: enum RTEKind'],
  kinds: {
    relation: [
      'relid: oid',
      'inh: bool since 17',
      'relkind: char',
      'rellockmode: int',
      'perminfoindex: uint since 17',
      'tablesample: node TABLESAMPLECLAUSE',
      'perminfoindex: uint only 16',
    ],
    // From 16 on the expanded view keeps what it was as a relation; the fields are zero in any other subquery.
    subquery: [
      'subquery: node! QUERY',
      'security_barrier: bool',
      'relid: oid since 16',
      'inh: bool since 17',
      'relkind: char since 16',
      'rellockmode: int since 16',
      'perminfoindex: uint since 16',
    ],
    join: [
      'jointype: enum JoinType',
      'joinmergedcols: int',
      'joinaliasvars: exprs?',
      'joinleftcols: ints',
      'joinrightcols: ints',
      'join_using_alias: node ALIAS',
    ],
    function: ['functions: list RANGETBLFUNCTION', 'funcordinality: bool'],
    tablefunc: ['tablefunc: node! TABLEFUNC'],
    values: ['values_lists: rows', 'coltypes: oids', 'coltypmods: ints', 'colcollations: oids'],
    cte: [
      'ctename: string',
      'ctelevelsup: uint',
      'self_reference: bool',
      'coltypes: oids',
      'coltypmods: ints',
      'colcollations: oids',
    ],
    group: ['groupexprs: exprs'],
  },
  after: [
    'lateral: bool',
    'inh: bool until 16',
    'inFromCl: bool',
    'requiredPerms: uint until 15',
    'checkAsUser: oid until 15',
    'selectedCols: bitmapset until 15',
    'insertedCols: bitmapset until 15',
    'updatedCols: bitmapset until 15',
    'extraUpdatedCols: bitmapset until 15',
    'securityQuals: exprs',
  ],
} as const;

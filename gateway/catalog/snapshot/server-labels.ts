// Columns of the server's own catalogs that hold what elsewhere would be protected; the views over them carry it on.

/** By label; a name that this version of the server does not have is left out. */
export const serverLabels: Readonly<Record<string, readonly string[]>> = {
  /** Values of users' tables, labelled ones among them, as the planner has sampled them. */
  'server.sampled_values': [
    ...[1, 2, 3, 4, 5].flatMap((slot) => [
      `pg_catalog.pg_statistic.stavalues${slot}`,
      `pg_catalog.pg_statistic.stanumbers${slot}`,
    ]),
    'pg_catalog.pg_statistic_ext_data.stxdmcv',
    'pg_catalog.pg_statistic_ext_data.stxdexpr',
  ],
  /** Verifiers of passwords, and connection strings and options that may hold passwords. */
  'server.secret': [
    'pg_catalog.pg_authid.rolpassword',
    'pg_catalog.pg_user_mapping.umoptions',
    'pg_catalog.pg_foreign_server.srvoptions',
    'pg_catalog.pg_subscription.subconninfo',
  ],
  /** The contents of large objects. */
  'server.large_object': ['pg_catalog.pg_largeobject.data'],
};

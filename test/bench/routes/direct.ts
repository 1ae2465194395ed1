// No proxy: what the database itself gives, and the ceiling for everything else.
import type { Database } from './database.ts';
import type { Route } from './route.ts';

export function openDirect(database: Database): Route {
  const { host, port, user, password } = database;
  return {
    name: 'direct',
    host,
    port,
    user,
    password,
    database: database.database,
    pid: undefined,
    stop: async () => {},
  };
}

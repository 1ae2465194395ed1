// A raw connection of the superuser to one database of a test server.
import { RawClient } from '../support/raw-client.ts';

type Server = Readonly<{ host: string; port: number }>;
type Superuser = Readonly<{ user: string; password: string }>;

export function openDatabase(
  { host, port }: Server,
  superuser: Superuser,
  database: string,
): Promise<RawClient> {
  return RawClient.open({ host, port, ...superuser, database, milliseconds: 60_000 });
}

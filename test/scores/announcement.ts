// The line that says where a gateway serves and what is behind it: one lane prints it, another can be pointed at it.
import { readFile } from 'node:fs/promises';
import type { Target } from './connection.ts';

export type Login = Pick<Target, 'user' | 'password' | 'database'>;

export type Announcement = Readonly<{
  event: 'ready';
  host: string;
  port: number;
  /** The PostgreSQL behind the gateway, for a superuser. */
  admin_dsn: string;
  /** The name that the database has there. */
  database: string;
  /** By the role that the gateway logs in as for it; a gateway that can't be given another role has only gw_app. */
  credentials: Readonly<Record<string, Login>> & Readonly<{ gw_app: Login }>;
}>;

export async function readAnnouncement(file: string): Promise<Announcement> {
  const read = JSON.parse(await readFile(file, 'utf8')) as Partial<Announcement>;
  const { event = 'ready', host, port, admin_dsn, database, credentials } = read;
  if (!host || !port || !admin_dsn || !database || !credentials?.gw_app)
    throw new Error(`${file} needs host, port, admin_dsn, database and credentials.gw_app`);
  return { event, host, port, admin_dsn, database, credentials };
}

/** Prints the line, and resolves with the signal that asks for the end. */
export async function announceUntilSignal(announcement: Announcement): Promise<void> {
  const signal = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
  console.log(JSON.stringify(announcement));
  await signal;
}

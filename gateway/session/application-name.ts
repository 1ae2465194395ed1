// The principal in front of the client's application_name, so that the database's log and pg_stat_activity show who is
// behind the shared credential.

/** NAMEDATALEN - 1: longer names are cut by the server. */
const NAME_MAX = 63;

/** The client's name with the principal in front, once. */
export function labelled(principal: string, client: string): string {
  const label = printable(principal);
  const name = printable(client);
  if (name === label || name.startsWith(`${label} `)) return name;
  return (name === '' ? label : `${label} ${name}`).slice(0, NAME_MAX);
}

/** The server replaces other characters as well; doing it here keeps the two names comparable. */
function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, NAME_MAX);
}

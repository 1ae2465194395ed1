// What the programs of this folder have in common: where to connect, and which of their functions to run.
const { PGHOST = '', PGPORT = '', PGDATABASE = '', PGUSER = '', PGPASSWORD = '' } = process.env;

export const server = {
  host: PGHOST,
  port: Number(PGPORT),
  database: PGDATABASE,
  user: PGUSER,
  password: PGPASSWORD,
};

export async function run(scenarios) {
  const scenario = scenarios[process.argv[2] ?? ''];
  if (scenario === undefined) throw new Error(`there is no scenario ${process.argv[2]}`);
  await scenario();
}

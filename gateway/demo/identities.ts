// The three identities of the demo's tour, and what to try as each.

export type DemoIdentity = Readonly<{
  /** The account at the demo's issuer. */
  account: string;
  title: string;
  /** The name of its token file. */
  file: string;
  try: ReadonlyArray<Readonly<{ what: string; sql: string; refused?: true }>>;
}>;

export const demoIdentities: readonly DemoIdentity[] = [
  {
    account: 'support-agent',
    title: 'Support agent',
    file: 'support.token',
    try: [
      {
        what: 'what support works on',
        sql: 'SELECT * FROM open_tickets ORDER BY priority, opened_at LIMIT 5;',
      },
      { what: 'one customer', sql: 'SELECT name, email, tier FROM customers WHERE id = 42;' },
      {
        what: 'an answer to a ticket',
        sql: "UPDATE tickets SET status = 'solved' WHERE id = 7 RETURNING id, subject;",
      },
      {
        what: 'what it sees of the rest',
        sql: 'SELECT name, ssn, date_of_birth, card_number FROM customers WHERE id = 42;',
      },
      { what: 'what it may not do', sql: "SELECT id FROM customers WHERE ssn LIKE '1%';", refused: true },
      {
        what: 'what the administrator has to approve',
        sql: "DELETE FROM tickets WHERE status = 'solved';",
        refused: true,
      },
    ],
  },
  {
    account: 'analytics-agent',
    title: 'Analytics agent',
    file: 'analytics.token',
    try: [
      {
        what: 'revenue by month',
        sql: "SELECT to_char(ordered_at, 'YYYY-MM'), sum(total) FROM order_totals GROUP BY 1 ORDER BY 1;",
      },
      {
        what: 'what sells best',
        sql: 'SELECT category, sum(quantity) FROM order_items JOIN products ON id = product_id GROUP BY 1;',
      },
      { what: 'a long statement, to cancel with Ctrl-C', sql: 'SELECT pg_sleep(60);' },
    ],
  },
  {
    account: 'dana',
    title: 'Database administrator',
    file: 'dba.token',
    try: [
      {
        what: 'who is connected, all through one role of the database',
        sql: "SELECT pid, application_name, state FROM pg_stat_activity WHERE usename = 'gateway';",
      },
      {
        what: 'a change, taken back',
        sql: "BEGIN; UPDATE customers SET tier = 'vip' WHERE id = 42; ROLLBACK;",
      },
      { what: "what the gateway's role may not do", sql: 'CREATE TABLE mine (id int);' },
    ],
  },
];

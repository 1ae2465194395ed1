// How much of their budgets principals have had, for gateways that count together.

export const budgets = `
CREATE TABLE portcullis.budget_account (
  -- The principal and the resource.
  account text PRIMARY KEY,
  -- By the name of the count: how much until when, what processes hold of it, and keyed hashes of probed values.
  counts json NOT NULL DEFAULT '{"amounts": {}, "values": {}}',
  -- When nothing of it counts any more.
  forget_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '1 day'
);
CREATE INDEX budget_account_forget ON portcullis.budget_account (forget_at);

-- Processes that hold parts of budgets: what they held counts as used when they are not heard of any more.
CREATE TABLE portcullis.budget_holder (
  id uuid PRIMARY KEY,
  alive_until timestamptz NOT NULL
);

-- What probed values are hashed with.
CREATE TABLE portcullis.budget_key (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  key bytea NOT NULL
);
`;

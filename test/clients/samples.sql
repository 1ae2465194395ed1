-- One value of each type (id 1) and its NULL (id 2); every client reads both, and sends the first back.
create type mood as enum ('calm', 'größer', 'it''s');
create table samples (
  id int primary key, int4 int4, int8 int8, "numeric" numeric, float8 float8, bool bool, text text, bytea bytea,
  date date, "timestamp" timestamp, timestamptz timestamptz, "interval" interval, uuid uuid, json json, jsonb jsonb,
  int4s int4[], texts text[], mood mood
);
insert into samples values (
  1, -2147483648, 9007199254740993, 12345678901234567890.0123456789, 0.1, true,
  E'Größe 🐘 "quoted" \\ \t ''x''', '\x00ff5c27',
  '2026-02-28', '2026-02-28 23:59:59.123456', '2026-02-28 23:59:59.123456+05:45', '3 days 04:05:06.5',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": [1, 2.5, null], "ü": "🐘"}', '{"a": {"b": "\"c\""}}',
  '{1,NULL,-3}', '{"a b",NULL,"NULL","c\"d",""}', 'größer'
);
insert into samples (id) values (2);

-- What the masks of masked.ts make of the sample, as the server itself would have computed it.
update samples set
  int4 = 0, int8 = 9007199254741000, "numeric" = round("numeric"), float8 = 0, bool = false,
  text = 'Gr' || repeat('*', length(text) - 2), bytea = '',
  date = date_trunc('month', date), "timestamp" = date_trunc('year', "timestamp"),
  timestamptz = date_trunc('day', timestamptz, 'UTC'), "interval" = '0',
  uuid = '00000000-0000-0000-0000-000000000000',
  json = '{"a": [1, null, null], "ü": "🐘"}', jsonb = '{"a": {"b": null}}',
  int4s = '{0,NULL,-10}', texts = '{"**b",NULL,"***L","**d",""}'
where id = 1;

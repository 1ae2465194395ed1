// Who has proven who they are lately, for answers that come from elsewhere than the gateway; and which of those came.

export const people = `
CREATE TABLE portcullis.known_person (
  issuer text NOT NULL,
  subject text NOT NULL,
  -- As the issuer has verified it, in small letters.
  email text NOT NULL,
  -- As the token says that was seen last.
  principal jsonb NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX known_person_email ON portcullis.known_person (email);

-- What was signed by others and acted on, so that a copy of it does nothing.
CREATE TABLE portcullis.interaction (
  digest bytea PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
`;

// Which tokens have opened their connection, of issuers whose tokens are good for one each.

export const usedTokens = `
CREATE TABLE portcullis.used_token (
  -- SHA-256 of the issuer and the token's jti, which may be of any length.
  digest bytea PRIMARY KEY,
  principal text NOT NULL,
  session_id uuid NOT NULL,
  used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When it can be forgotten. Absent: never, as nobody has said when the token ends.
  forget_at timestamptz
);
CREATE INDEX used_token_forget ON portcullis.used_token (forget_at);
`;

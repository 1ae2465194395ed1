// What access keys that nobody has look like: the same at every gateway and after each start, as those do that somebody has.

export const decoys = `
CREATE TABLE portcullis.decoy (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  key bytea NOT NULL
);
`;

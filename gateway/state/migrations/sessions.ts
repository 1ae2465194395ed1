// What processes of gateways ask each other about their sessions; nothing of it has to outlive anything.

export const sessions = `
CREATE UNLOGGED TABLE portcullis.session_question (
  id uuid PRIMARY KEY,
  asked_by uuid NOT NULL,
  question json NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER tell AFTER INSERT ON portcullis.session_question
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('session_question');

CREATE UNLOGGED TABLE portcullis.session_answer (
  -- The question's.
  id uuid NOT NULL REFERENCES portcullis.session_question ON DELETE CASCADE,
  process_id uuid NOT NULL,
  sessions json NOT NULL,
  PRIMARY KEY (id, process_id)
);
CREATE TRIGGER tell AFTER INSERT ON portcullis.session_answer
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('session_answer');
`;

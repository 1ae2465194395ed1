// Approvals by one person alone in an emergency, of which everybody who can be told is told.
export const brokenGlass = `
ALTER TABLE portcullis.vote ADD COLUMN broke_glass boolean NOT NULL DEFAULT false;

ALTER TABLE portcullis.delivery DROP CONSTRAINT delivery_event_check;
ALTER TABLE portcullis.delivery ADD CONSTRAINT delivery_event_check
  CHECK (event IN ('requested', 'approved', 'denied', 'expired', 'withdrawn', 'glass_broken'));

CREATE FUNCTION portcullis.notify_of_broken_glass() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO portcullis.delivery (request_id, channel, event)
  SELECT DISTINCT NEW.request_id, c.name, 'glass_broken' FROM portcullis.channel c
  JOIN portcullis.process p ON p.id = c.process_id AND p.alive_until > clock_timestamp() - interval '1 minute'
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER notify AFTER INSERT OR UPDATE ON portcullis.vote FOR EACH ROW WHEN (NEW.broke_glass)
  EXECUTE FUNCTION portcullis.notify_of_broken_glass();
`;

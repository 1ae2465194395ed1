// Who is told of requests for approval, and what has still to be sent: written with the request itself.

export const notifications = `
-- The channels of each process that lives: where it tells people and programs of requests.
CREATE TABLE portcullis.channel (
  process_id uuid NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (process_id, name)
);

-- One message to one channel. Its id stays the same however often it is sent, so that receivers can tell.
CREATE TABLE portcullis.delivery (
  id uuid PRIMARY KEY DEFAULT pg_catalog.gen_random_uuid(),
  request_id uuid NOT NULL REFERENCES portcullis.request,
  channel text NOT NULL,
  event text NOT NULL CHECK (event IN ('requested', 'approved', 'denied', 'expired', 'withdrawn')),
  status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'skipped', 'failed')),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When it may be taken: while somebody sends it, the end of their lease.
  due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempts int NOT NULL DEFAULT 0,
  -- Of whoever has taken it last.
  claim uuid,
  -- What the channel has to know later: which message is to be changed, who has got it already.
  receipt jsonb,
  -- Why it was not delivered yet, or not at all.
  problem text,
  settled_at timestamptz,
  UNIQUE (request_id, channel, event),
  CHECK ((status = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX delivery_due ON portcullis.delivery (channel, due_at) WHERE status = 'waiting';
CREATE TRIGGER tell AFTER INSERT ON portcullis.delivery
  FOR EACH ROW EXECUTE FUNCTION portcullis.tell('delivery');

CREATE FUNCTION portcullis.notify_of_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- A process that was busy for a moment is none that has gone.
    INSERT INTO portcullis.delivery (request_id, channel, event)
    SELECT DISTINCT NEW.id, c.name, 'requested' FROM portcullis.channel c
    JOIN portcullis.process p ON p.id = c.process_id AND p.alive_until > clock_timestamp() - interval '1 minute'
    WHERE NEW.status = 'pending';
  ELSIF OLD.status = 'pending' AND NEW.status <> 'pending' THEN
    -- Whoever was told of it is told how it ended.
    INSERT INTO portcullis.delivery (request_id, channel, event)
    SELECT request_id, channel, NEW.status FROM portcullis.delivery
    WHERE request_id = NEW.id AND event = 'requested'
    ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER notify AFTER INSERT OR UPDATE OF status ON portcullis.request
  FOR EACH ROW EXECUTE FUNCTION portcullis.notify_of_request();
`;

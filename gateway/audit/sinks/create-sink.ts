// From the configuration to a sink.
import type { Config } from '../../config/index.ts';
import type { Clock, Log } from '../../lib/index.ts';
import { generic } from './http/generic.ts';
import { HttpSink, type Shape } from './http/http-sink.ts';
import { opa } from './http/opa.ts';
import { splunk } from './http/splunk.ts';
import { otel } from './otel/otel.ts';
import { PostgresSink } from './postgres/postgres.ts';
import { S3Sink } from './s3/s3.ts';
import type { Sink } from './sink.ts';
import { StdoutSink } from './stdout.ts';
import { SyslogSink } from './syslog/syslog.ts';

export type SinkConfig = Config['audit']['sinks'][number];

const SYSLOG_TLS = 6514;
const SYSLOG_TCP = 601;

export function createSink(config: SinkConfig, { log, clock }: { log: Log; clock: Clock }): Sink {
  const { kind, name, ca, cert, key } = config;
  const files = { ca, cert, key };
  switch (kind) {
    case 'postgres': {
      const place = { url: needed(config.url), passwordFile: config.password_file, ...files };
      return new PostgresSink({ name, place, log, clock });
    }
    case 's3':
      return new S3Sink({
        ...files,
        endpoint: needed(config.url),
        bucket: needed(config.bucket),
        prefix: config.prefix ?? '',
        region: config.region ?? 'us-east-1',
        pathStyle: config.path_style ?? true,
        accessKeyIdFile: needed(config.access_key_id_file),
        secretAccessKeyFile: needed(config.secret_access_key_file),
        sessionTokenFile: config.session_token_file,
        lock: config.lock ?? { mode: 'compliance', days: 365 },
        confirm: config.confirm === 'read' ? 'read' : 'answer',
      });
    case 'http':
      return httpSink(config, shapeOf(config));
    case 'otel':
      return httpSink(config, otel(config.encoding ?? 'json', config.labels ?? {}));
    case 'syslog': {
      const { tls = true } = config;
      const port = config.port ?? (tls ? SYSLOG_TLS : SYSLOG_TCP);
      const confirm = config.confirm === 'sent' ? 'sent' : 'close';
      return new SyslogSink({
        ...{ ...files, host: needed(config.host), port, tls, confirm },
        facility: config.facility ?? 'audit',
      });
    }
    case 'stdout':
      return new StdoutSink();
    default:
      return kind satisfies never;
  }
}

function shapeOf({ shape = 'generic', confirm, ...config }: SinkConfig): Shape {
  switch (shape) {
    case 'generic':
      return generic(confirm === 'count' ? 'count' : 'status');
    case 'opa':
      return opa(config.labels ?? {});
    case 'splunk': {
      const {
        index,
        source = 'portcullis',
        sourcetype = 'portcullis:audit',
        acknowledgement = true,
      } = config;
      return splunk({ index, source, sourcetype, acknowledgement });
    }
    default:
      return shape satisfies never;
  }
}

function httpSink(config: SinkConfig, shape: Shape): Sink {
  const { ca, cert, key, headers = {}, compress = true } = config;
  return new HttpSink(
    {
      ...{ ca, cert, key, headers, compress, url: needed(config.url) },
      ...{ tokenFile: config.token_file, headerFiles: config.header_files ?? {} },
    },
    shape,
  );
}

/** A configuration without it isn't loaded. */
function needed(value: string | undefined): string {
  if (value === undefined) throw new Error('a sink lacks what its kind needs');
  return value;
}

import { z } from 'zod';
import { FieldKeysError, parseFieldKeys } from '../crypto/field-key-ring.js';
import { isWeakKey } from '../crypto/master-keys.js';

/** Thrown when the environment is not valid. Processes print the message and exit with code 78 (sysexits EX_CONFIG). */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Exit code for an invalid configuration. The launcher does not restart a process that ends with it. */
export const EXIT_CONFIG = 78;

const WEAK = new Set(['secret', 'changeme', 'password', 'jwt_secret', 'development', 'test', 'default']);

const secret = (name: string) =>
  z
    .string({
      error: `${name} is required. Set it to at least 32 random characters, e.g. \`openssl rand -base64 48\``,
    })
    .refine((s) => s.length >= 32, `${name} is too short. Use at least 32 random characters`)
    .refine(
      (s) => new Set(s).size >= 10 && ![...WEAK].some((w) => s.toLowerCase().replace(/[^a-z_]/g, '') === w),
      `${name} is weak. Use random characters, e.g. \`openssl rand -base64 48\``,
    );

/** Checks a list of keys. @returns what is wrong with the text; null when it is valid */
function fieldKeysProblem(text: string): string | null {
  try {
    parseFieldKeys(text);
    return null;
  } catch (error) {
    if (error instanceof FieldKeysError) return `PELLUCID_FIELD_KEYS: ${error.message}`;
    throw error;
  }
}

/**
 * A key of 32 bytes in base64. A weak one is refused, except for keys that are configured only so that they can be
 * replaced.
 */
const key = (name: string, { mayBeWeak = false } = {}) =>
  z
    .string({ error: `${name} is required. Set it to 32 random bytes in base64` })
    .refine((s) => Buffer.from(s, 'base64').length === 32, `${name} must be 32 bytes in base64`)
    .refine(
      (s) => mayBeWeak || !isWeakKey(Buffer.from(s, 'base64')),
      `${name} is weak. Use random bytes, e.g. \`openssl rand -base64 32\``,
    );

const flag = z
  .enum(['0', '1', 'true', 'false', 'on', 'off'])
  .transform((v) => v === '1' || v === 'true' || v === 'on');

const schema = z
  .object({
    NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
    PORT: z.coerce.number().int().min(0).max(65535).default(3000),
    HOST: z.string().default('0.0.0.0'),
    PELLUCID_DATA_DIR: z.string().default('.data'),
    PELLUCID_PUBLIC_URL: z.url().optional(),
    DATABASE_URL_APP: z.string({ error: 'DATABASE_URL_APP is required' }),
    DATABASE_URL_PLATFORM: z.string({ error: 'DATABASE_URL_PLATFORM is required' }),
    /**
     * Address for session-bound connections (advisory locks, LISTEN), which must not go through a transaction pooler.
     */
    DATABASE_URL_DIRECT: z.string().optional(),
    /** Admin URL of the queue's own schema when BullMQ runs on Postgres. */
    DATABASE_URL_QUEUE: z.string().optional(),
    PELLUCID_DB_POOL: z.coerce.number().int().min(2).max(200).default(20),
    /**
     * Keeps prepared statements on tenant connections. Only for direct connections: a transaction pooler would mix them
     * up.
     */
    PELLUCID_DB_PREPARE: flag.default(false),
    /** Number of other records that a deletion, a restoration or a new name changes at once. A job changes more. */
    PELLUCID_CASCADE_LIMIT: z.coerce.number().int().min(1).max(100_000).default(1_000),
    /** Seconds that the database may take for one statement that reads for a request, and for a job. */
    PELLUCID_QUERY_SECONDS: z.coerce.number().positive().max(3_600).default(10),
    PELLUCID_JOB_QUERY_SECONDS: z.coerce.number().positive().max(86_400).default(300),
    /** Address of an OpenSearch, with its log-in, for companies with the flag `opensearch_enabled`. Without it they use Postgres. */
    PELLUCID_OPENSEARCH_URL: z.url().optional(),
    PELLUCID_OPENSEARCH_INDEX: z.string().default('pellucid-search'),
    /** Bucket for uploaded files; without it they are on local disk, which API and workers must then share. */
    PELLUCID_S3_BUCKET: z.string().optional(),
    PELLUCID_S3_REGION: z.string().default('us-east-1'),
    PELLUCID_S3_ENDPOINT: z.url().optional(),
    PELLUCID_S3_ACCESS_KEY_ID: z.string().optional(),
    PELLUCID_S3_SECRET_ACCESS_KEY: z.string().optional(),
    /** Room for each company's files, in gigabytes. */
    PELLUCID_FILES_QUOTA_GB: z.coerce.number().positive().max(1_000_000).default(50),
    /** Address of a ClamAV daemon, which scans files before anybody can download them. Without it files aren't scanned. */
    CLAMD_HOST: z.string().optional(),
    CLAMD_PORT: z.coerce.number().int().min(1).max(65535).default(3310),
    REDIS_URL: z.string().optional(),
    JWT_SECRET: secret('JWT_SECRET'),
    PELLUCID_MASTER_KEY: key('PELLUCID_MASTER_KEY'),
    /** Former master keys, the latest first. They open what has not been rotated yet. */
    PELLUCID_MASTER_KEYS_PREVIOUS: z
      .string()
      .default('')
      .transform((s) =>
        s
          .split(',')
          .map((k) => k.trim())
          .filter(Boolean),
      )
      .pipe(z.array(key('each key of PELLUCID_MASTER_KEYS_PREVIOUS', { mayBeWeak: true }))),
    PELLUCID_CURSOR_KEY: key('PELLUCID_CURSOR_KEY'),
    /** Keys for encrypted fields, `k2:<base64>,k1:<base64>`. The first one is active. */
    PELLUCID_FIELD_KEYS: z
      .string()
      .default('')
      .superRefine((text, context) => {
        const problem = fieldKeysProblem(text);
        if (problem) context.addIssue({ code: 'custom', message: problem });
      }),
    /** Days for which the masking log is kept. */
    PELLUCID_MASKING_LOG_DAYS: z.coerce.number().int().min(1).max(36_500).default(365),
    /**
     * Days for which events keep their positions in the feeds after every consumer has handled them; 0 keeps them
     * permanently.
     */
    PELLUCID_FEED_DAYS: z.coerce.number().int().min(0).max(36_500).default(365),
    /** Seconds that a client may take to send a request's headers, and to send the whole request. */
    PELLUCID_HEADERS_SECONDS: z.coerce.number().positive().max(600).default(20),
    PELLUCID_REQUEST_SECONDS: z.coerce.number().positive().max(7_200).default(300),
    PELLUCID_RATE_LIMITS: flag.default(true),
    PELLUCID_LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info'),
    PELLUCID_CORS_ORIGINS: z
      .string()
      .default('')
      .transform((s) =>
        s
          .split(',')
          .map((o) => o.trim())
          .filter(Boolean),
      )
      // "*" and "null" would let any page act with a visitor's cookies.
      .refine(
        (origins) => origins.every((o) => URL.canParse(o) && new URL(o).origin === o),
        'PELLUCID_CORS_ORIGINS must be a comma-separated list of origins like https://portal.example.com, without paths, * or null',
      ),
    /** Base domain under which each tenant has its subdomain, e.g. `crm.example.com`. */
    PELLUCID_BASE_DOMAIN: z.string().optional(),
    PELLUCID_TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
    PELLUCID_WEB_DIR: z.string().optional(),
    PELLUCID_SERVER_TIMING: flag.default(false),
    SMTP_URL: z.string().optional(),
    MAIL_FROM: z.string().default('Pellucid <no-reply@localhost>'),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
    PELLUCID_TRACING: flag.default(false),
    /** Port on which API and worker serve their metrics; 0 turns them off. Never the API's own port. */
    PELLUCID_METRICS_PORT: z.coerce.number().int().min(0).max(65535).default(0),
    PELLUCID_WORKER_METRICS_PORT: z.coerce.number().int().min(0).max(65535).default(0),
    /** Address on which the metrics are served. */
    PELLUCID_METRICS_HOST: z.string().default('127.0.0.1'),
    /** Number of jobs that one worker process runs at the same time. */
    PELLUCID_WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(100).default(4),
  })
  .refine(
    ({ PELLUCID_MASTER_KEY: current, PELLUCID_MASTER_KEYS_PREVIOUS: previous }) =>
      new Set([current, ...previous].map((k) => Buffer.from(k, 'base64').toString('hex'))).size ===
      previous.length + 1,
    {
      message:
        'PELLUCID_MASTER_KEYS_PREVIOUS contains a key twice or the current key. List each earlier key once',
      path: ['PELLUCID_MASTER_KEYS_PREVIOUS'],
    },
  )
  .refine((c) => c.PELLUCID_HEADERS_SECONDS <= c.PELLUCID_REQUEST_SECONDS, {
    message: "PELLUCID_HEADERS_SECONDS can't exceed PELLUCID_REQUEST_SECONDS, which includes the headers",
    path: ['PELLUCID_HEADERS_SECONDS'],
  })
  .refine((c) => c.PELLUCID_METRICS_PORT === 0 || c.PELLUCID_METRICS_PORT !== c.PORT, {
    message: 'PELLUCID_METRICS_PORT must differ from PORT, which is public',
    path: ['PELLUCID_METRICS_PORT'],
  })
  .refine((c) => !c.PELLUCID_S3_ACCESS_KEY_ID === !c.PELLUCID_S3_SECRET_ACCESS_KEY, {
    message:
      'PELLUCID_S3_ACCESS_KEY_ID and PELLUCID_S3_SECRET_ACCESS_KEY belong together. Set both, or neither to use the credentials of the environment',
    path: ['PELLUCID_S3_SECRET_ACCESS_KEY'],
  })
  .refine((c) => c.NODE_ENV !== 'production' || c.PELLUCID_RATE_LIMITS, {
    message: "PELLUCID_RATE_LIMITS=off isn't allowed in production. Remove it",
    path: ['PELLUCID_RATE_LIMITS'],
  })
  .refine((c) => c.NODE_ENV !== 'production' || c.PELLUCID_FIELD_KEYS !== '', {
    message:
      'PELLUCID_FIELD_KEYS is required in production. Set it to k1:<32 random bytes in base64>, e.g. `k1:$(openssl rand -base64 32)`',
    path: ['PELLUCID_FIELD_KEYS'],
  });

/** The validated environment. */
export type Config = z.output<typeof schema>;

/** DI token of {@link Config}. */
export const CONFIG = Symbol('Config');

/**
 * Reads and validates the environment.
 * @param env the variables, `process.env` by default
 * @throws ConfigError with one line per invalid variable, saying how to correct it
 */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, v]) => v !== undefined && v !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues
      .map((i) =>
        String(i.message).includes(String(i.path[0])) ? i.message : `${i.path.join('.')}: ${i.message}`,
      )
      .join('\n'),
  );
}

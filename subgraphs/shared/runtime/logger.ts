import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** How much a process says, least first. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What stands where a secret stood. */
export const redacted = '[redacted]';

const secretName =
  /^(?:proxy-?)?authorization$|cookie|token|password|passwd|secret|^promograph-identity$|identity_?key|private_?key|^(?:coupon|promotion)?_?codes$|^(?:coupon|promotion)_?code$/i;
const bindingSecrets = [
  'authorization',
  'cookie',
  'token',
  'password',
  'secret',
  'codes',
  'IDENTITY_KEY',
  'identityKey',
  '["promograph-identity"]',
];
const passwordInUri = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi;
const bearer = /\b(Bearer|Basic) [A-Za-z0-9._~+/=-]{8,}/g;
const deepest = 8;

/**
 * A JSON logger to stdout. Values under names such as `authorization`, `cookie`, `promograph-identity`, `…token`, `codes` or
 * `IDENTITY_KEY` and passwords inside addresses never reach the line, however deep they lie.
 * @param options `name` of the process, `level` below which nothing is written, `destination` for tests
 */
export function createLogger(options: { name: string; level: LogLevel; destination?: DestinationStream }): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Bindings of child loggers pass no formatter; these paths hold for them too.
      redact: { paths: bindingSecrets, censor: redacted },
      formatters: {
        level: (label) => ({ level: label }),
        log: (entry) => withoutSecrets(entry),
      },
      serializers: {
        err: (error: unknown) => (error instanceof Error ? withoutSecrets(pino.stdSerializers.err(error)) : error),
      },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args;
          method.apply(this, [clean(first), ...rest.map(clean)] as Parameters<typeof method>);
        },
      },
    },
    options.destination ?? pino.destination(1),
  );
}

/** The logger of one request; every line of it carries the id that the client was given. */
export function withRequest(logger: Logger, requestId: string): Logger {
  return logger.child({ requestId });
}

/** Takes passwords and bearer tokens out of a text: `mongodb://app:hunter2@db` → `mongodb://app:[redacted]@db`. */
export function textWithoutSecrets(text: string): string {
  return text.replace(passwordInUri, `$1:${redacted}@`).replace(bearer, `$1 ${redacted}`);
}

function clean(value: unknown): unknown {
  return typeof value === 'string' ? textWithoutSecrets(value) : value;
}

function withoutSecrets(entry: object): Record<string, unknown> {
  return copyOf(entry, 0);
}

function copyOf(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, secretName.test(name) ? redacted : hidden(inner, depth + 1)]),
  );
}

function hidden(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textWithoutSecrets(value);
  // An error keeps its class here; the serializer above opens it.
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value;
  if (depth >= deepest) return '[deeper]';
  if (Array.isArray(value)) return value.map((inner) => hidden(inner, depth + 1));
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return hidden(value.toJSON(), depth + 1);
  return copyOf(value, depth);
}

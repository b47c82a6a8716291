import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
/** What Express calls networks of one's own. */
const CALLED = /^(loopback|linklocal|uniquelocal)$/;
const flag = z.enum(['0', '1']).transform((value) => value === '1');

const variables = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: port.default(3000),
  INTERNAL_PORT: port.optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  INTERNAL_HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: httpUrl.optional(),
  CONSOLE_URL: httpUrl.optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  APP_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  ROLE: z.enum(['all', 'web', 'worker', 'migrate']).default('all'),
  DEMO: flag.optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.string().min(3).default('EaseLLM Privacy <privacy@easellm.com>'),
  EXPORT_STORE: z.string().min(1).optional(),
  ENCRYPTION_KEYS: z.string().min(1).optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  TRUST_PROXY: z
    .string()
    .refine(namesProxies, 'a number of proxies, or their addresses')
    .optional(),
  KEEP_ALIVE_SECONDS: z.coerce.number().int().min(1).max(3_600).default(65),
  ANONYMOUS_CALLS: z.coerce.number().int().min(30).max(1_000_000).default(300),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  DELETION_GRACE_DAYS: z.coerce.number().int().min(0).max(14).default(7),
  HOLDER_WAIT_SECONDS: z.coerce.number().int().min(0).max(86_400).default(300),
});
type Variables = z.infer<typeof variables>;

/** Read once at start; nothing else reads the process environment. */
export type Env = Omit<
  Variables,
  'PUBLIC_URL' | 'CONSOLE_URL' | 'DEMO' | 'DATA_DIR' | 'INTERNAL_PORT'
> & {
  INTERNAL_PORT: number;
  PUBLIC_URL: string;
  CONSOLE_URL: string;
  DATA_DIR: string;
  /** Where the encryption keys stand; null when they were given by value, and so cannot be rotated here. */
  KEYS_FILE: string | null;
  /** The demo world may be seeded and its outbox shown. */
  DEMO: boolean;
  /** Codes and personas may be shown: demo, and only this machine can connect. */
  SHOW_DEMO: boolean;
};

/** A longer number would be trusted as one: `100` is no address, and nobody has a hundred proxies in a row. */
function namesProxies(setting: string): boolean {
  const parts = setting.split(',').map((part) => part.trim());
  return (
    /^\d{1,2}$/.test(setting) ||
    parts.every((part) => CALLED.test(part) || isIP(part) !== 0 || ipaddr.isValidCIDR(part))
  );
}

const secretNames = [
  'DATABASE_URL',
  'APP_DATABASE_URL',
  'SMTP_URL',
  'ENCRYPTION_KEYS',
  'METRICS_TOKEN',
] as const;

/** Every problem of the environment at once. */
export class EnvError extends Error {
  override name = 'EnvError';
}

/**
 * Parses the environment; a secret may stand in a file named by `<NAME>_FILE`.
 * @throws {EnvError} one line for each problem
 */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const problems: string[] = [];
  const given: Record<string, string | undefined> = Object.fromEntries(
    Object.entries(source).map(([name, value]) => [name, value === '' ? undefined : value]),
  );
  for (const name of secretNames) {
    const file = given[`${name}_FILE`];
    if (!file) continue;
    if (given[name]) problems.push(`${name}: set it or ${name}_FILE, not both`);
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch {
      problems.push(`${name}_FILE: the file cannot be read`);
    }
  }
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    problems.push(
      ...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  if (problems.length > 0 || !parsed.success) throw new EnvError(problems.join('\n'));
  const env = parsed.data;
  const publicUrl = env.PUBLIC_URL ?? peoplesUrl(env.HOST, env.PORT);
  const production = env.NODE_ENV === 'production';
  const demo = env.DEMO ?? (!env.DATABASE_URL && !production);
  if (env.INTERNAL_PORT === env.PORT && env.PORT !== 0)
    problems.push('INTERNAL_PORT: another one than PORT');
  if (production && demo) problems.push('DEMO: never with NODE_ENV=production');
  if (production && !env.DATABASE_URL)
    problems.push('DATABASE_URL: required with NODE_ENV=production');
  // Whoever migrates opens nothing and serves nobody: it needs no keys and no address.
  const serves = production && env.ROLE !== 'migrate';
  if (serves && !env.ENCRYPTION_KEYS)
    problems.push('ENCRYPTION_KEYS: required with NODE_ENV=production');
  if (serves && publicUrl.startsWith('http:') && !env.TRUST_PROXY) {
    problems.push('PUBLIC_URL: https, or TRUST_PROXY for a proxy that speaks https');
  }
  const consoleUrl = env.CONSOLE_URL ?? `${publicUrl}/console`;
  if (new URL(consoleUrl).pathname !== '/console')
    problems.push(
      'CONSOLE_URL: an address that ends in /console, such as https://staff.example.com/console',
    );
  if (serves && nameOf(consoleUrl) === nameOf(publicUrl))
    problems.push(
      'CONSOLE_URL: another host than PUBLIC_URL, so that no page of customers shares cookies or origin with staff',
    );
  // Staff come in by passkeys alone there, and customers may: a number has none.
  for (const [name, url] of Object.entries({ PUBLIC_URL: publicUrl, CONSOLE_URL: consoleUrl }))
    if (serves && isIP(new URL(url).hostname.replace(/^\[|\]$/g, '')))
      problems.push(`${name}: a host with a name, such as localhost, for passkeys know no numbers`);
  if (problems.length > 0) throw new EnvError(problems.join('\n'));
  const dataDir = resolve(env.DATA_DIR);
  const keysFile = given['ENCRYPTION_KEYS_FILE'];
  return {
    ...env,
    KEYS_FILE: keysFile
      ? resolve(keysFile)
      : env.ENCRYPTION_KEYS
        ? null
        : join(dataDir, 'keys.json'),
    // Two portals side by side need only different values of PORT.
    INTERNAL_PORT: env.INTERNAL_PORT ?? nextPort(env.PORT),
    PUBLIC_URL: publicUrl,
    CONSOLE_URL: consoleUrl,
    DATA_DIR: dataDir,
    DEMO: demo,
    SHOW_DEMO: demo && isLoopback(env.HOST),
  };
}

/** What tells hosts apart for cookies: the name, without port and without the dot of the root. */
function nameOf(url: string): string {
  return new URL(url).hostname.replace(/\.$/, '');
}

/** The port behind the public one; 0 stays 0, any free one. */
function nextPort(publicPort: number): number {
  if (publicPort === 0) return 0;
  return publicPort < 65_535 ? publicPort + 1 : publicPort - 1;
}

/** Where people of this machine reach it: by name, for a passkey belongs to a name and never to a number. */
function peoplesUrl(host: string, port: number): string {
  const named = host === '127.0.0.1' || host === '::1';
  return urlOf(named ? 'localhost' : host, port);
}

/** Where a listener is reached from this machine. */
export function urlOf(host: string, port: number): string {
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127\./.test(name);
}

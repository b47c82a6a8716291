import type { apiKey, apiUsage, sshKey } from '../schema/usage.ts';
import type { Person, World } from './people.ts';
import { daysAfter, later, monthStart } from './random.ts';

type KeyRows = {
  ssh: (typeof sshKey.$inferInsert)[];
  api: (typeof apiKey.$inferInsert)[];
  calls: (typeof apiUsage.$inferInsert)[];
};

/** What somebody called their keys. */
export type KeyLabels = { ssh: readonly string[]; api: readonly string[] };

/** Calls are kept for 13 months; these are of the last twelve and the one under way. */
const CALL_MONTHS = 12;
const SSH_LABELS = ['laptop', 'desktop', 'office workstation', 'ci runner', 'home'];
const API_LABELS = ['nightly training', 'ci', 'notebook', 'autoscaler'];
const ROUTES = [
  ['GET', '/v1/sessions'],
  ['POST', '/v1/sessions'],
  ['GET', '/v1/sessions/{id}'],
  ['DELETE', '/v1/sessions/{id}'],
  ['GET', '/v1/volumes'],
  ['POST', '/v1/volumes/{id}/attach'],
  ['GET', '/v1/images'],
] as const;
const STATUSES = [200, 200, 200, 200, 201, 204, 404, 409, 429];

/** SSH keys, API keys and what the API keys were used for. Revoked keys only while still listed (90 days). */
export function keyRows(world: World, person: Person, labels?: KeyLabels): KeyRows {
  if (person.sessions === 0) return { ssh: [], api: [], calls: [] };
  const random = world.random(`keys/${person.subjectId}`);
  const { vault, now } = world;
  const life = (index: number) => {
    const createdAt = random.moment(person.createdAt, daysAfter(now, -15));
    const revokedAt =
      index > 0 && random.chance(0.15)
        ? random.moment(later(createdAt, daysAfter(now, -60)), now)
        : null;
    const lastUsedAt = random.moment(
      later(createdAt, daysAfter(revokedAt ?? now, -9)),
      revokedAt ?? now,
    );
    return {
      id: random.id(createdAt),
      subjectId: person.subjectId,
      createdAt,
      lastUsedAt,
      revokedAt,
    };
  };
  const ssh = (labels?.ssh ?? SSH_LABELS.slice(0, random.int(1, 3))).map((label, index) => ({
    ...life(index),
    label: vault.seal(person.key, 'ssh_key.label', label),
    fingerprint: `SHA256:${Buffer.from(random.hex(64), 'hex').toString('base64').replace(/=+$/, '')}`,
  }));
  const api = (labels?.api ?? API_LABELS.slice(0, random.int(0, 2))).map((label, index) => ({
    ...life(index),
    label: vault.seal(person.key, 'api_key.label', label),
    lastFour: random.hex(4),
    keyHash: random.hex(64),
  }));
  return { ssh, api, calls: callRows(world, { person, api }) };
}

function callRows(
  world: World,
  { person, api }: { person: Person; api: KeyRows['api'] },
): KeyRows['calls'] {
  const random = world.random(`calls/${person.subjectId}`);
  const since = monthStart(world.now, -CALL_MONTHS);
  return api.flatMap((key) => {
    const count = person.persona === 'customer-heavy' ? 2_000 : random.int(20, 120);
    return Array.from({ length: count }, () => {
      const usedAt = random.moment(later(since, key.createdAt), key.lastUsedAt ?? world.now);
      const [method, route] = random.pick(ROUTES);
      return {
        id: random.id(usedAt),
        subjectId: person.subjectId,
        apiKeyId: key.id,
        method,
        route,
        status: random.pick(STATUSES),
        bytes: Math.round(random.skewed(2_400, 1)),
        usedAt,
      };
    });
  });
}

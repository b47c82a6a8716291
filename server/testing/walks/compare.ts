import { sql } from 'drizzle-orm';
import { isLive } from './rules.ts';
import { type Factor, isStranger, type Walk, WalkFault } from './state.ts';

type Row = {
  id: string;
  kind: string;
  aal: number;
  methods: string[];
  stepUpAt: string | null;
  stepUpFor: string | null;
  live: boolean;
};
type Standing = {
  status: string;
  sessions: Row[] | null;
  apps: string[] | null;
  passkeys: string[] | null;
  codes: number;
};

/** The id of the factor that was added last. */
export async function newestFactor(walk: Walk, kind: Factor['kind']): Promise<string> {
  const { apps, passkeys } = await standing(walk);
  const known = new Set([...walk.factors, ...walk.gone].map(({ id }) => id));
  const added = (kind === 'app' ? apps : passkeys)?.filter((id) => !known.has(id)) ?? [];
  const [id] = added;
  if (id === undefined || added.length > 1) throw new WalkFault(`${added.length} new ${kind}s`);
  return id;
}

async function standing({ deps, subjectId, now }: Walk): Promise<Standing> {
  const at = new Date(now).toISOString();
  const [row] = await deps.connection.db.execute<Standing>(sql`
    select a.status,
      (select json_agg(json_build_object('id', s.id, 'kind', s.kind, 'aal', s.aal, 'methods', s.methods,
          'stepUpAt', s.step_up_at, 'stepUpFor', s.step_up_for,
          'live', s.expires_at > ${at}::timestamptz and s.absolute_expires_at > ${at}::timestamptz and s.epoch = a.session_epoch))
        from session s where s.subject_id = a.subject_id) as sessions,
      (select json_agg(f.id) from totp_factor f where f.subject_id = a.subject_id and f.confirmed_at is not null) as apps,
      (select json_agg(p.id) from passkey p where p.subject_id = a.subject_id) as passkeys,
      (select count(*)::int from recovery_code r where r.subject_id = a.subject_id and r.used_at is null) as codes
    from account a where a.subject_id = ${subjectId}`);
  if (!row) throw new WalkFault('the account is gone');
  return row;
}

/** How a second factor stands among a session's methods. */
const second = new Set(['otp', 'rc', 'hwk', 'swk']);

/**
 * Compares what stands in the database with what must be so, after an act.
 * @throws {WalkFault}
 */
export async function compare(walk: Walk): Promise<void> {
  walk.changed = false;
  const rows = await standing(walk);
  const [apps, passkeys] = [rows.apps ?? [], rows.passkeys ?? []];
  const open = (rows.sessions ?? []).filter(({ live }) => live);
  const strong = apps.length + passkeys.length;
  const signedIn = open.filter(
    ({ kind, aal }) => (kind !== 'pending' && kind !== 'recovery') || aal > 1,
  );
  for (const { kind, aal, methods } of signedIn) {
    const proved = methods.some((method) => second.has(method));
    if (!proved || kind !== 'user' || aal !== 2)
      throw new WalkFault(`a ${kind} session at ${aal} by ${methods.join(' ')}`);
  }
  if (rows.status === 'active' && strong === 0 && (walk.protectedSince !== null || signedIn.length))
    throw new WalkFault(`an active account with no factor and ${signedIn.length} sessions`);
  same(
    'factors',
    [...apps, ...passkeys],
    walk.factors.map(({ id }) => id),
  );
  if (walk.protectedSince !== null && rows.codes !== walk.codes.unused.length)
    throw new WalkFault(`${rows.codes} recovery codes, must be ${walk.codes.unused.length}`);
  compareSessions(walk, open);
}

function compareSessions(walk: Walk, open: readonly Row[]): void {
  const found = new Map(open.map((row) => [row.id, row]));
  for (const session of walk.sessions) {
    if (!isLive(walk, session)) continue;
    const { kind, who, methods, stepUpAt, stepUpFor, token, proved } = session;
    const id = walk.deps.vault.hashToken('session', token);
    const row = found.get(id);
    found.delete(id);
    if (!row && walk.crowded) {
      session.ended = true;
      continue;
    }
    if (!row) throw new WalkFault(`the ${kind} session of ${who} is gone`);
    same('methods', row.methods, methods);
    const at = row.stepUpAt === null ? null : new Date(row.stepUpAt).getTime();
    if (row.kind !== kind || at !== stepUpAt || row.stepUpFor !== stepUpFor)
      throw new WalkFault(`the ${kind} session of ${who} is ${JSON.stringify(row)}`);
    if (row.aal > 1 && !proved) throw new WalkFault(`${who} is in without a second factor`);
    if (row.aal > 1 && isStranger(who) && !walk.letIn.has(who))
      throw new WalkFault(`${who} is in, and nobody has let them in`);
  }
  const [more] = found.values();
  if (more)
    throw new WalkFault(`a ${more.kind} session by ${more.methods.join(' ')} that must not be`);
}

function same(what: string, seen: readonly string[], must: readonly string[]): void {
  const [left, right] = [[...seen].sort().join(' '), [...must].sort().join(' ')];
  if (left !== right) throw new WalkFault(`${what}: ${left || 'none'}, must be ${right || 'none'}`);
}

import { and, asc, eq, inArray, notInArray, sql } from 'drizzle-orm';
import { outboundMail } from '../../../db/schema/mail.ts';
import type { DomainErrorCode } from '../../errors.ts';
import { atTheDesk, callerFor } from '../people.ts';
import { refused } from '../refused.ts';
import { DAY, HOUR, MINUTE } from './rules.ts';
import {
  type Browser,
  isStranger,
  type MailPurpose,
  type Walk,
  WalkFault,
  type Who,
} from './state.ts';

type Caller = ReturnType<typeof callerFor>;
/** The refusal that must come, null for none, and `refused` where several would do. */
export type Must = DomainErrorCode | 'refused' | null;

/** What a call came to. */
export type Called<T> = { done: true; value: T } | { done: false; code: string };

/** A budget may stand in the way of anything; what it refuses changes nothing. */
const pauses: readonly string[] = ['TOO_MANY_ATTEMPTS', 'SIGN_IN_PAUSED'];

/** A browser's calls, at the moment the walk has come to. */
export function from(walk: Walk, { jar, who }: Browser): Caller {
  const ipPrefix = isStranger(who) ? '198.51.100.0/24' : '203.0.113.0/24';
  return callerFor(walk.deps, jar, { now: new Date(walk.now), ipPrefix });
}

/** One of support at the console, who has just proved a factor. */
export async function atDesk(walk: Walk, agent: 0 | 1): Promise<Caller> {
  const now = new Date(walk.now);
  const jar = await atTheDesk(walk.deps, walk.staff[agent], { now });
  return callerFor(walk.deps, jar, { now, surface: 'console' });
}

/**
 * Calls a procedure and compares what it says with what it must say.
 * @returns what it gave, and whether it did what it does
 * @throws {WalkFault}
 */
export async function call<T>(
  walk: Walk,
  procedure: string,
  must: Must,
  calling: () => Promise<T>,
): Promise<Called<T>> {
  const count = walk.tally.get(procedure) ?? { called: 0, done: 0, paused: 0 };
  walk.tally.set(procedure, count);
  count.called += 1;
  let value: T | undefined;
  const refusal = await refused(
    (async () => {
      value = await calling();
    })(),
  );
  const code = refusal?.code ?? null;
  if (code !== null && pauses.includes(code)) {
    count.paused += 1;
    return { done: false, code };
  }
  const fits = must === 'refused' ? code !== null : code === must;
  if (!fits) throw new WalkFault(`${procedure}: ${code ?? 'done'}, and must be ${must ?? 'done'}`);
  if (code !== null) return { done: false, code };
  count.done += 1;
  walk.changed = true;
  return { done: true, value: value as T };
}

const mailed: Record<string, { purpose: MailPurpose; lasts: number }> = {
  sign_up: { purpose: 'sign_up', lasts: 24 * HOUR },
  verify_email: { purpose: 'verify_email', lasts: HOUR },
  reset_password: { purpose: 'reset_password', lasts: 10 * MINUTE },
  lost_factors_link: { purpose: 'lost_factors', lasts: HOUR },
  lost_factors_approved: { purpose: 'factor_recovery', lasts: 24 * HOUR },
  lost_factors_opened: { purpose: 'recovery_stop', lasts: 365 * DAY },
  email_change_confirm: { purpose: 'email_confirm', lasts: HOUR },
  email_change_notice: { purpose: 'email_undo', lasts: 72 * HOUR },
};
/** Of these the newest alone opens something. */
const newestAlone: readonly MailPurpose[] = [
  'sign_up',
  'verify_email',
  'reset_password',
  'lost_factors',
  'factor_recovery',
];

/** Reads what was mailed since; whoever reads the address it went to has the link. */
export async function readMail(walk: Walk): Promise<string[]> {
  const found: string[] = [];
  for (const { template, to, token } of await newLetters(walk)) {
    const kind = mailed[template];
    if (!kind || !token) continue;
    const { purpose, lasts } = kind;
    if (newestAlone.includes(purpose))
      for (const link of walk.links.values()) if (link.purpose === purpose) link.dead = true;
    const readers = walk.readers.get(to) ?? new Set<Who>();
    walk.links.set(token, { purpose, token, readers, until: walk.now + lasts, dead: false });
    found.push(token);
  }
  return found;
}

/** Letters with links that were not read yet, oldest first. */
async function newLetters({ deps: { connection, vault }, subjectId, letters }: Walk) {
  const rows = await connection.db
    .select()
    .from(outboundMail)
    .where(
      and(
        eq(outboundMail.subjectId, subjectId),
        inArray(sql`${outboundMail.template}::text`, Object.keys(mailed)),
        letters.size > 0 ? notInArray(outboundMail.id, [...letters]) : undefined,
      ),
    )
    .orderBy(asc(outboundMail.createdAt), asc(outboundMail.template));
  const key = await vault.subjectKey(connection.db, subjectId);
  return rows.map(({ id, template, toAddress, bodyText }) => {
    letters.add(id);
    const text = vault.unseal(key, 'outbound_mail.body_text', bodyText);
    const to = vault.unseal(key, 'outbound_mail.to_address', toAddress);
    return { template, to, token: /#([A-Za-z0-9_-]{43})/.exec(text)?.[1] };
  });
}

/**
 * A link that this browser's person may read: the newest of its purpose for most draws, an older one or one of
 * another purpose for some; a made-up one where there is none.
 */
export function pickLink(walk: Walk, { who }: Browser, purpose: MailPurpose, n: number): string {
  const readable = [...walk.links.values()].filter(({ readers }) => readers.has(who));
  const fitting = readable.filter((link) => link.purpose === purpose);
  const others = readable.filter((link) => link.purpose !== purpose);
  const odd = n % 8;
  if (odd === 7 && others.length > 0) return others[n % others.length]?.token ?? '';
  if (odd === 6 && fitting.length > 0) return fitting[n % fitting.length]?.token ?? '';
  return fitting.at(-1)?.token ?? 'A'.repeat(43);
}

/** Whether a link opens what it is for, now. */
export function opens(walk: Walk, token: string, purpose: MailPurpose): boolean {
  const link = walk.links.get(token);
  return link !== undefined && link.purpose === purpose && !link.dead && walk.now < link.until;
}

export function kill(walk: Walk, token: string): void {
  const link = walk.links.get(token);
  if (link) link.dead = true;
}

/** Whether somebody has a letter of a purpose that opens something: what is worth pressing. */
export function hasLink(walk: Walk, who: Who, purpose: MailPurpose): boolean {
  return [...walk.links.values()].some(
    (link) =>
      link.purpose === purpose && link.readers.has(who) && !link.dead && walk.now < link.until,
  );
}

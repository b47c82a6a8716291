import { and, eq, gt, inArray } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { knownPlace } from '../../db/schema/known-place.ts';
import { cookieHeader, cookieRegister } from '../consent/register.ts';
import { isSecure } from '../cookie-header.ts';
import { newToken } from '../crypto/token.ts';
import type { Context } from '../trpc/context.ts';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** A place is known as long as the browser keeps its cookie. */
const KNOWN_MS = cookieRegister.device.maxAge * 1_000;

/**
 * The place a password is entered from, if this person signed in there before: the browser by its
 * cookie, or else the network. One statement, also for an address that nobody has.
 * @returns the hash under which its attempts are counted, or null for a place that is not known
 */
export async function knownPlaceOf(ctx: Context, subjectId: string): Promise<string | null> {
  const hashes = [
    hashOf(ctx, subjectId, `browser ${browserToken(ctx) ?? ''}`),
    hashOf(ctx, subjectId, `network ${ctx.ipPrefix}`),
  ];
  const known = await knownAmong(ctx.deps.connection.db, ctx, { subjectId, hashes });
  return hashes.find((hash) => known.has(hash)) ?? null;
}

/**
 * Remembers where somebody has signed in with both factors. The browser gets a cookie of its own. One
 * that it sends already is kept only where it is this person's: what was planted there, or belongs to
 * somebody else who uses the browser, becomes nobody's key.
 */
export async function rememberPlace(tx: Tx, ctx: Context, subjectId: string): Promise<void> {
  const sent = browserToken(ctx);
  const own = sent !== null && hashOf(ctx, subjectId, `browser ${sent}`);
  const kept = own && (await knownAmong(tx, ctx, { subjectId, hashes: [own] })).has(own);
  const token = kept ? sent : newToken();
  const row = (kind: 'browser' | 'network', what: string) => ({
    subjectId,
    kind,
    placeHash: hashOf(ctx, subjectId, `${kind} ${what}`),
    firstSeenAt: ctx.now,
    lastSeenAt: ctx.now,
  });
  const network = ctx.ipPrefix === 'unknown' ? [] : [row('network', ctx.ipPrefix)];
  await tx
    .insert(knownPlace)
    .values([row('browser', token), ...network])
    .onConflictDoUpdate({
      target: [knownPlace.subjectId, knownPlace.placeHash],
      set: { lastSeenAt: ctx.now },
    });
  ctx.setCookie(cookieHeader('device', token, { secure: isSecure(ctx.deps.env.PUBLIC_URL) }));
}

async function knownAmong(
  db: Db | Tx,
  { now }: Context,
  { subjectId, hashes }: { subjectId: string; hashes: string[] },
): Promise<ReadonlySet<string>> {
  const rows = await db
    .select({ hash: knownPlace.placeHash })
    .from(knownPlace)
    .where(
      and(
        eq(knownPlace.subjectId, subjectId),
        inArray(knownPlace.placeHash, hashes),
        gt(knownPlace.lastSeenAt, new Date(now.getTime() - KNOWN_MS)),
      ),
    );
  return new Set(rows.map(({ hash }) => hash));
}

/** The same browser or network has another hash with every person. */
function hashOf({ deps }: Context, subjectId: string, place: string): string {
  return deps.vault.hashToken('known_place', `${subjectId} ${place}`);
}

function browserToken({ cookie }: Context): string | null {
  const value = cookie('device');
  return value !== null && TOKEN.test(value) ? value : null;
}

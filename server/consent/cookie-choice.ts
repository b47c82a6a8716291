import { eq } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { cookieChoice } from '../../db/schema/consent.ts';
import { isSecure } from '../cookie-header.ts';
import type { Context } from '../trpc/context.ts';
import { cookieHeader, REGISTER_VERSION, removedCookie } from './register.ts';

export type BrowserChoice = {
  functional: boolean;
  statistics: boolean;
  chosenAt: Date;
  source: string;
};

/**
 * What this browser chose, or null when it has to be asked: never chosen, or the register changed
 * since. A browser that sends the opt-out signal after saying yes to statistics without it is taken at
 * its signal.
 */
export async function browserChoice(ctx: Context): Promise<BrowserChoice | null> {
  if (ctx.visitorId === null) return null;
  const { db } = ctx.deps.connection;
  const [row] = await db
    .select()
    .from(cookieChoice)
    .where(eq(cookieChoice.visitorId, ctx.visitorId));
  if (!row || row.registerVersion !== REGISTER_VERSION) return null;
  const { functional, chosenAt } = row;
  if (ctx.gpc && row.statistics && !row.underSignal) {
    await db
      .update(cookieChoice)
      .set({ statistics: false, source: 'gpc_signal', underSignal: true })
      .where(eq(cookieChoice.visitorId, row.visitorId));
    ctx.setCookie(removedCookie('visit', { secure: isSecure(ctx.deps.env.PUBLIC_URL) }));
    return { functional, statistics: false, chosenAt, source: 'gpc_signal' };
  }
  return { functional, statistics: row.statistics, chosenAt, source: row.source };
}

/** Stores a browser's choice, and removes the cookies it says no to. */
export async function saveBrowserChoice(
  db: Db | Tx,
  ctx: Context,
  {
    functional,
    statistics,
    source,
  }: { functional: boolean; statistics: boolean; source: 'cookie_page' | 'cookie_banner' },
): Promise<void> {
  const visitorId = ctx.visitorId ?? crypto.randomUUID();
  const values = {
    functional,
    statistics,
    source,
    registerVersion: REGISTER_VERSION,
    underSignal: ctx.gpc,
    chosenAt: ctx.now,
  };
  await db
    .insert(cookieChoice)
    .values({ visitorId, ...values })
    .onConflictDoUpdate({ target: cookieChoice.visitorId, set: values });
  const options = { secure: isSecure(ctx.deps.env.PUBLIC_URL) };
  ctx.setCookie(cookieHeader('choice', visitorId, options));
  if (!functional) ctx.setCookie(removedCookie('theme', options));
  if (!statistics) ctx.setCookie(removedCookie('visit', options));
}

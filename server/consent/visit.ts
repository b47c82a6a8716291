import { portalVisit } from '../../db/schema/consent.ts';
import { isSecure } from '../cookie-header.ts';
import { newId } from '../crypto/token.ts';
import type { Context } from '../trpc/context.ts';
import { browserChoice } from './cookie-choice.ts';
import { cookieHeader } from './register.ts';

const UUID = /^[0-9a-f-]{36}$/;

/** Counts the opening of a page, in browsers that allow it; never more of the path than its first part. */
export async function onDocument(ctx: Context, path: string): Promise<void> {
  const choice = await browserChoice(ctx);
  if (!choice?.statistics) return;
  const known = ctx.cookie('visit');
  const visitId = known && UUID.test(known) ? known : crypto.randomUUID();
  const page = `/${path.split('/')[1] ?? ''}`.slice(0, 40);
  await ctx.deps.connection.db
    .insert(portalVisit)
    .values({ id: newId(ctx.now), visitId, path: page, occurredAt: ctx.now });
  if (visitId !== known)
    ctx.setCookie(cookieHeader('visit', visitId, { secure: isSecure(ctx.deps.env.PUBLIC_URL) }));
}

/** The colours this browser was told to remember; `auto` when it was told nothing. */
export function documentTheme(ctx: Context): 'auto' | 'light' | 'dark' {
  const value = ctx.cookie('theme');
  return value === 'light' || value === 'dark' ? value : 'auto';
}

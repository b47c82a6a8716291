import { asc, eq } from 'drizzle-orm';
import { outboundMail, type outboundMail as table } from '../../db/schema/mail.ts';
import type { Deps } from '../deps.ts';
import type { MailTemplate } from '../mail/templates.ts';

type Template = MailTemplate & (typeof table.$inferSelect)['template'];
export type Letter = { template: string; to: string; subject: string; text: string };

/** What was written to a person, oldest first, opened; those of one moment by name. */
export async function lettersTo(
  { connection: { db }, vault }: Deps,
  subjectId: string,
): Promise<Letter[]> {
  const key = await vault.subjectKey(db, subjectId);
  const rows = await db
    .select()
    .from(outboundMail)
    .where(eq(outboundMail.subjectId, subjectId))
    .orderBy(asc(outboundMail.createdAt), asc(outboundMail.template));
  return rows.map((row) => ({
    template: row.template,
    to: vault.unseal(key, 'outbound_mail.to_address', row.toAddress),
    subject: vault.unseal(key, 'outbound_mail.subject_line', row.subjectLine),
    text: vault.unseal(key, 'outbound_mail.body_text', row.bodyText),
  }));
}

/** Names of the letters written to a person, oldest first. */
export async function templatesTo(deps: Deps, subjectId: string): Promise<string[]> {
  return (await lettersTo(deps, subjectId)).map(({ template }) => template);
}

/** The token in the link of the newest letter of a kind. */
export async function mailedToken(
  deps: Deps,
  subjectId: string,
  template: Template,
): Promise<string> {
  const letter = (await lettersTo(deps, subjectId)).findLast((one) => one.template === template);
  const token = /#([A-Za-z0-9_-]{43})/.exec(letter?.text ?? '')?.[1];
  if (!token) throw new Error(`no link was mailed: ${template}`);
  return token;
}

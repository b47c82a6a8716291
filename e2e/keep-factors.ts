import { withSql } from './with-sql.ts';

/**
 * Gives the person from California back what they sign in with, for whoever comes after a test; signs them out.
 *
 * @returns what gives it back
 */
export async function keepFactors(): Promise<() => Promise<void>> {
  const kept = await withSql(async (sql) => {
    const factors = await sql`
      select f.* from totp_factor f join account a using (subject_id)
      where a.role = 'customer' and a.country = 'US' and a.region = 'CA'`;
    const subject = factors[0]?.['subject_id'];
    if (!subject) throw new Error('nobody to keep');
    const codes = await sql`select * from recovery_code where subject_id = ${subject}`;
    return { subject, factors, codes };
  });
  return () =>
    withSql(async (sql) => {
      for (const table of ['passkey', 'totp_factor', 'recovery_code', 'factor_recovery', 'session'])
        await sql`delete from ${sql(table)} where subject_id = ${kept.subject}`;
      await sql`insert into totp_factor ${sql(kept.factors)}`;
      await sql`insert into recovery_code ${sql(kept.codes)}`;
    });
}

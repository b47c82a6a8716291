import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import type { LastDisclosure } from '../../db/data-map/register.ts';

/** The last time something of each table left to each recipient, newest first. */
export async function lastDisclosures(tx: Tx, subjectId: string): Promise<LastDisclosure[]> {
  const rows = await tx.execute<{
    table_name: string;
    recipient: string;
    service_name: string | null;
    column_names: string[];
    purpose: string;
    disclosed_at: string;
  }>(sql`
    select last.*, s.name as service_name from (
      select distinct on (table_name, recipient) table_name, recipient, column_names, purpose, disclosed_at
      from disclosure where subject_id = ${subjectId}
      order by table_name, recipient, disclosed_at desc, id desc) as last
    left join service as s on s.id = last.recipient
    order by disclosed_at desc, recipient`);
  return rows.map((row) => ({
    tableName: row.table_name,
    recipient: row.recipient,
    serviceName: row.service_name,
    columnNames: row.column_names,
    purpose: row.purpose,
    disclosedAt: new Date(row.disclosed_at),
  }));
}

// What is on record after acts that were cut off.
import { readdirSync } from 'node:fs';
import postgres from 'postgres';
import { check } from '../bench/client.mjs';

/** What the database says of all of it: nothing lost, nothing twice. */
export async function inOrder(cluster, { reference, since, topic, channel, changes }) {
  const sql = postgres(cluster.databaseUrl, { max: 1 });
  const one = async (what, wanted, query) => {
    const [{ n }] = await query;
    check(what, n === wanted, n);
  };
  try {
    const [request] =
      await sql`select id, subject_id from data_subject_request where reference = ${reference}`;
    const { id, subject_id: subject } = request;
    const events = await sql`
      select granted from consent_event where subject_id = ${subject} and topic = ${topic}
        and channel = ${channel} order by sequence desc limit ${changes}`;
    const said = events.map(({ granted }) => granted).reverse();
    check(
      'each choice is on record once and in its order',
      said.length === changes && said.every((granted, index) => granted === (index % 2 === 0)),
      `${said.length} of ${changes}`,
    );
    await one(
      'requests for a copy',
      1,
      sql`select count(*)::int as n from data_subject_request
        where subject_id = ${subject} and kind = 'portability' and received_at >= ${since}`,
    );
    await one(
      'archive',
      1,
      sql`select count(*)::int as n from export_archive where request_id = ${id}`,
    );
    const files = readdirSync(cluster.exportStore).filter((name) => name.includes(id));
    check('file in the store', files.length === 1, files.length);
    for (const template of ['copy_asked', 'copy_ready'])
      await one(
        `mail ${template}`,
        1,
        sql`select count(*)::int as n from outbound_mail where dedupe_key = ${`${template}:${id}`}`,
      );
    for (const action of ['request.copy_asked', 'request.copy_ready'])
      await one(
        `event ${action}`,
        1,
        sql`select count(*)::int as n from audit_event where action = ${action} and reference = ${reference}`,
      );
  } finally {
    await sql.end();
  }
}

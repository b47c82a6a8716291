import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseEnv, urlOf } from '../../env.ts';
import { createPortalClient, type ServiceKey } from '../index.ts';
import { readPods, type SessionRow } from './pods.ts';

const USAGE = 'npm run example:report -- <pods.csv> --epoch <YYYY-MM-DD>';
const BATCH = 1_000;
const PROBLEMS_SHOWN = 50;

type Demo = { services: { scheduler: { id: string } & ServiceKey }; customers: string[] };
type Numbered = { line: number; row: SessionRow };

/** A scheduler that reports a cluster's pods as GPU sessions of the demo's customers, batch by batch. */
async function main(args: string[]): Promise<number> {
  const { path, epoch } = settingsOf(args);
  const env = parseEnv(process.env);
  const demo: Demo = JSON.parse(readFileSync(join(env.DATA_DIR, 'demo.json'), 'utf8'));
  const { scheduler } = demo.services;
  const portal = createPortalClient({
    url: urlOf(env.INTERNAL_HOST, env.INTERNAL_PORT),
    service: scheduler.id,
    key: scheduler,
    scopes: ['usage.report'],
    purpose: 'provide_compute',
  });

  const pods: Numbered[] = [];
  const problems: { line: number; problem: string }[] = [];
  let neverRan = 0;
  for (const pod of readPods(readFileSync(path, 'utf8'), { epoch, customers: demo.customers })) {
    if ('row' in pod) pods.push(pod);
    else if ('problem' in pod) problems.push(pod);
    else neverRan += 1;
  }
  const counts = { taken: 0, known: 0, refused: problems.length };
  for (let start = 0; start < pods.length; start += BATCH) {
    const batch = pods.slice(start, start + BATCH);
    const answer = await portal.usage.report({ rows: batch.map(({ row }) => row) });
    counts.taken += answer.taken;
    counts.known += answer.known;
    counts.refused += answer.refused;
    for (const { index, outcome, code, field } of answer.rows) {
      const line = batch[index]?.line ?? 0;
      if (outcome === 'refused') problems.push({ line, problem: `${code} ${field ?? ''}`.trim() });
    }
  }
  problems.sort((one, other) => one.line - other.line);
  for (const { line, problem } of problems.slice(0, PROBLEMS_SHOWN))
    process.stderr.write(`line ${line}: ${problem}\n`);
  if (problems.length > PROBLEMS_SHOWN)
    process.stderr.write(`… and ${problems.length - PROBLEMS_SHOWN} more\n`);
  process.stdout.write(
    `${counts.taken} GPU sessions taken, ${counts.known} known, ${counts.refused} refused; ${neverRan} pods never ran.\n`,
  );
  return counts.refused > 0 ? 1 : 0;
}

function settingsOf(args: string[]): { path: string; epoch: Date } {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { epoch: { type: 'string' } },
  });
  const epoch = new Date(`${values.epoch}T00:00:00.000Z`);
  const [path] = positionals;
  if (!path || Number.isNaN(epoch.getTime())) throw new Error(USAGE);
  return { path, epoch };
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (cause: unknown) => {
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exit(2);
  },
);

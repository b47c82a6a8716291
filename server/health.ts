import express, { type Express, Router } from 'express';
import type { Row } from 'postgres';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { pendingMigrations } from '../db/migrate.ts';
import { budgets, takenOf } from './auth/limits.ts';
import { sameSecret } from './crypto/token.ts';
import type { Deps } from './deps.ts';
import { PARKED_AFTER } from './jobs/back-off.ts';
import { serviceCalls, serviceRefusals } from './services/metrics.ts';

/** Set when the process was told to stop: load balancers look away before connections close. */
export const draining = { now: false };

/** `/livez`, `/readyz`, `/version`: on each listener. Nothing personal in any of them. */
export function livenessRoutes(deps: Deps): Router {
  const routes = Router({ caseSensitive: true });
  routes.get(['/livez', '/healthz'], (_req, res) => {
    res.json({ ok: true });
  });
  routes.get('/readyz', async (_req, res) => {
    const checks = {
      draining: !draining.now,
      database: await holds(async () => (await deps.connection.sql`select 1`).length === 1),
      migrations: await holds(
        async () => (await pendingMigrations(deps.connection.sql)).length === 0,
      ),
      exportStore: await holds(() => deps.exportStore.writable()),
    };
    const ready = Object.values(checks).every(Boolean);
    res.status(ready ? 200 : 503).json({ ready, checks });
  });
  routes.get('/version', (_req, res) => {
    res.json({ name: 'easellm-privacy-portal', version: '0.1.0' });
  });
  return routes;
}

/** The same with `/metrics`, of the whole process. Nothing personal in them either. */
export function healthRoutes(deps: Deps): Router {
  const routes = livenessRoutes(deps);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(serviceCalls);
  registry.registerMetric(serviceRefusals);
  openByDue(registry, {
    name: 'portal_requests_open',
    help: 'Data subject requests that are not ended, by kind; overdue ones apart',
    count: () => deps.connection.sql`
      select kind, due_at < now() as overdue, count(*)::int as count
      from data_subject_request where ended_at is null group by 1, 2`,
  });
  openByDue(registry, {
    name: 'portal_cases_open',
    help: 'Cases that are not closed, by kind; overdue ones apart',
    count: () => deps.connection.sql`
      select kind, due_at < now() as overdue, count(*)::int as count
      from support_ticket where closed_at is null group by 1, 2`,
  });
  new Gauge({
    name: 'portal_addresses_tried',
    help: 'Addresses with several wrong passwords in the day that runs; above 100 officers are written to',
    registers: [registry],
    async collect() {
      this.set(await takenOf(deps, budgets.addressesTried, 'all', deps.clock()));
    },
  });
  new Gauge({
    name: 'portal_jobs',
    help: 'Jobs by state; parked ones were interrupted again and again and need a person',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await deps.connection.sql`
        select case when state = 'ready' and unended >= ${PARKED_AFTER} then 'parked' else state end as state,
          count(*)::int as count
        from job group by 1`;
      for (const row of rows) this.set({ state: row['state'] }, row['count']);
    },
  });
  new Gauge({
    name: 'portal_holder_tasks',
    help: 'Questions to other systems that are not answered, by system; those that need a person apart',
    labelNames: ['holder', 'needs_person'],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await deps.connection.sql`
        select holder_id, escalated_at is not null as needs_person, count(*)::int as count
        from holder_task where ended_at is null group by 1, 2`;
      for (const row of rows)
        this.set(
          { holder: row['holder_id'], needs_person: String(row['needs_person']) },
          row['count'],
        );
    },
  });

  routes.get('/metrics', async (req, res) => {
    const expected = deps.env.METRICS_TOKEN;
    const given = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    if (!expected || !given || !sameSecret(expected, given)) {
      res.status(404).type('text/plain').send('There is nothing here.\n');
      return;
    }
    res.type(registry.contentType).send(await registry.metrics());
  });
  return routes;
}

/** What is open, by kind, and how much of it is past its day. */
function openByDue(
  registry: Registry,
  { name, help, count }: { name: string; help: string; count: () => PromiseLike<Iterable<Row>> },
): void {
  new Gauge({
    name,
    help,
    labelNames: ['kind', 'overdue'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const row of await count())
        this.set({ kind: row['kind'], overdue: String(row['overdue']) }, row['count']);
    },
  });
}

/** What a process that serves nobody listens with, so that whoever runs it can see how it is. */
export function createHealthApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(healthRoutes(deps));
  app.use((_req, res) => {
    res.status(404).type('text/plain').send('There is nothing here.\n');
  });
  return app;
}

async function holds(check: () => Promise<boolean>): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}

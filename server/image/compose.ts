import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const words = z.array(z.string());

/** What the tests look at of a service; that all of it is Compose's language, its own schema says. */
const service = z.looseObject({
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  image: z.string(),
  user: z.string(),
  read_only: z.literal(true),
  cap_drop: words,
  security_opt: words,
  environment: z.record(z.string(), z.string()),
  secrets: words.default([]),
  ports: words.default([]),
  volumes: words.default([]),
  tmpfs: words,
  networks: words,
  mem_limit: z.string(),
  stop_grace_period: z.string(),
  restart: z.string(),
  healthcheck: z.object({ test: words.optional(), disable: z.boolean().optional() }).loose(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const file = z.looseObject({
  services: z.record(z.string(), service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  networks: z.record(z.string(), z.object({ internal: z.boolean().optional() })),
});
export type Service = z.infer<typeof service>;

/** `docker-compose.yml` as Compose reads it, with the value after `:-` for each variable. */
export function readCompose(): unknown {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return parse(text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'), { merge: true });
}

/** The same, of the shape that the tests look at. */
export function composed(): z.infer<typeof file> {
  return file.parse(readCompose());
}

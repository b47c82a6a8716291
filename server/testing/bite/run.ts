import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import postgres from 'postgres';
import { startTemplates, type Templates } from '../templates.ts';
import { type Control, statementsOf, testPattern } from './control.ts';
import { controls } from './controls.ts';

const root = resolve(import.meta.dirname, '../../..');
const MOST_AT_ONCE = 4;
/** What a test that fails may say at most. */
const SHOWN = 200;

type Report = {
  testResults: { assertionResults: { status: string; failureMessages: string[] }[] }[];
};
type Outcome = { bitten: boolean; says: string };

/**
 * `npm run bite [-- <id> …]`: takes each control out, alone, and expects its named test to fail; first all
 * of these tests must hold with the controls in place, which `npm test` shows.
 */
async function main(ids: readonly string[]): Promise<number> {
  const chosen = [...controls.entries()].filter(
    ([, { against }]) => ids.length === 0 || against.some((id) => ids.includes(id)),
  );
  if (chosen.length === 0) throw new RangeError(`there is no control against ${ids.join(', ')}`);
  const templates = await startTemplates();
  const waiting = [...chosen];
  let bitten = 0;
  try {
    await Promise.all(
      Array.from({ length: Math.min(MOST_AT_ONCE, availableParallelism()) }, async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [index, control] = next;
          const { bitten: red, says } = await bite(index, control, templates);
          if (red) bitten += 1;
          say(
            `${red ? 'red  ' : 'GREEN'} ${control.against.join(' ')}: without "${control.what}" ${says}`,
          );
        }
      }),
    );
  } finally {
    await templates.stop();
  }
  say(`${bitten} of ${chosen.length} controls are missed by their test when they are away`);
  return bitten === chosen.length ? 0 : 1;
}

/** Runs the control's test without the control. */
async function bite(index: number, control: Control, templates: Templates): Promise<Outcome> {
  const { test } = control;
  const files = join(templates.filesDir, `bite-${index}`);
  mkdirSync(files);
  const report = join(files, 'report.json');
  const statements = statementsOf(control);
  const altered = statements ? await alteredTemplates(index, statements, templates) : null;
  const said = await ended(
    spawn(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--config=server/testing/bite/vitest.config.ts',
        `--testNamePattern=${testPattern(control)}`,
        '--reporter=json',
        `--outputFile=${report}`,
      ],
      {
        cwd: root,
        env: {
          ...process.env,
          BITE_CONTROL: String(index),
          BITE_TEMPLATE: altered?.templateUrl ?? templates.templateUrl,
          BITE_YEARS_TEMPLATE: altered?.yearsTemplateUrl ?? templates.yearsTemplateUrl,
          TEST_FILES: files,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ),
  );
  await altered?.drop();
  const outcome = read(report, said);
  rmSync(files, { recursive: true });
  return { ...outcome, says: `${outcome.says} (${test.file})` };
}

/** A test must have run and failed: a file that cannot be loaded has tested nothing. */
function read(report: string, said: string): Outcome {
  if (!existsSync(report)) return { bitten: false, says: `nothing ran: ${said.slice(-SHOWN)}` };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const ran = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed');
  const failed = ran.filter(({ status }) => status === 'failed');
  if (ran.length === 0) return { bitten: false, says: `no test ran: ${said.slice(-SHOWN)}` };
  if (failed.length === 0) return { bitten: false, says: `its test holds, ${ran.length} of it` };
  const [message = ''] = failed.flatMap(({ failureMessages }) => failureMessages);
  return { bitten: true, says: `its test fails: ${message.split('\n')[0]?.slice(0, SHOWN)}` };
}

/** Copies of the templates with one thing changed by their owner. */
async function alteredTemplates(index: number, statement: string, templates: Templates) {
  const admin = postgres(new URL('/postgres', templates.templateUrl).href, {
    max: 1,
    onnotice: () => {},
  });
  const made: string[] = [];
  const copy = async (of: string) => {
    const name = `${new URL(of).pathname.slice(1)}_${index}`;
    await admin`create database ${admin(name)} template ${admin(new URL(of).pathname.slice(1))}`;
    made.push(name);
    const url = new URL(`/${name}`, of).href;
    const owner = postgres(url, { max: 1, onnotice: () => {} });
    await owner.unsafe(statement).simple();
    await owner.end();
    return url;
  };
  const templateUrl = await copy(templates.templateUrl);
  const yearsTemplateUrl = await copy(templates.yearsTemplateUrl);
  return {
    templateUrl,
    yearsTemplateUrl,
    async drop() {
      for (const name of made) await admin`drop database ${admin(name)} with (force)`;
      await admin.end();
    },
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function ended(child: ReturnType<typeof spawn>): Promise<string> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', () => done(said));
  });
}

process.exitCode = await main(process.argv.slice(2));

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { recordAudit } from '../audit/record.ts';
import { codeAt, secondsToNext } from '../auth/totp.ts';
import { newId } from '../crypto/token.ts';
import { retentionDryRun } from '../retention/run.ts';
import { loadUsage } from '../usage/load.ts';
import { holderCommand } from './holder-command.ts';
import { keysCommand } from './keys.ts';
import { openForCommand, readDemo } from './open.ts';
import { parkedCommand } from './parked-command.ts';
import { secretsCommand } from './secrets-command.ts';
import { servicesCommand } from './services.ts';
import { staffCommand } from './staff.ts';
import { endingOf, UsageError } from './usage-error.ts';

const usage = `Commands:
  load-usage <pods.csv> --epoch <YYYY-MM-DD> --for <e-mail>   take over usage records as GPU sessions
  demo-code <e-mail>                                          the current sign-in code of a demo person
  retention                                                   what the next daily deletion run would delete
  parked [<job id>]                                           jobs that were interrupted again and again; lets one go on
  services                                                    services with their scopes and keys
  services add <service> <public.pem> --name <name> --about <what it does>
                                                              a new service; it may call nothing yet
  services allow <service> <procedure> --for <purpose>[,…] --people <number a day>
  services deny <service> <procedure>                         what a service may call, and no more
  services rotate <service> <public.pem>                      a new key beside the one in use
  services retire <key id>                                    ends a key
  holder <id> <normal|slow|failing|silent|lying>              how a reference holder of the demo behaves
  holder <id> connect <service>                               as which service a holder asks for its tasks
  staff add <e-mail> --name <name> --role support|officer|administrator --label <shown as>
        --training-until <day> --confidentiality-until <day>  adds a member of staff and invites them by mail
  staff invite <label>                                        invites again who lost password or authenticator; ends both
  staff set <label> [--training-until <day>] [--confidentiality-until <day>]
  staff disable|enable <label>                                ends or gives back the use of the console
  staff list                                                  who may use the console
  keys                                                        versions of the key that wraps every person's key
  keys rotate                                                 a new version, and every key wrapped under it; goes on where it was interrupted
  keys retire <version>                                       takes a version that nothing needs any more out of the file
  secrets [<folder>]                                          what docker-compose.yml needs and is not there yet
  help                                                        these lines`;

const PROBLEMS_SHOWN = 50;

type Opened = Awaited<ReturnType<typeof openForCommand>>['deps'];

async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined) {
    console.error(usage);
    return 2;
  }
  if (command === 'help') {
    console.log(usage);
    return 0;
  }
  if (command === 'secrets') return secretsCommand(rest);
  const commands: Record<string, (deps: Opened, rest: string[]) => Promise<number>> = {
    'load-usage': loadUsageCommand,
    'demo-code': demoCodeCommand,
    retention: retentionCommand,
    parked: parkedCommand,
    services: servicesCommand,
    holder: holderCommand,
    staff: staffCommand,
    keys: keysCommand,
  };
  const run = commands[command];
  if (!run) throw new UsageError(`There is no command ${command}.`);
  const { deps, close } = await openForCommand();
  try {
    return await run(deps, rest);
  } finally {
    await close();
  }
}

async function loadUsageCommand(deps: Opened, rest: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { epoch: { type: 'string' }, for: { type: 'string' } },
  });
  const [path] = positionals;
  if (!path || !values.epoch || !values.for)
    throw new UsageError('load-usage needs a file, --epoch and --for.');
  const epoch = new Date(`${values.epoch}T00:00:00.000Z`);
  if (
    !/^\d{4}-\d{2}-\d{2}$/.test(values.epoch) ||
    Number.isNaN(epoch.getTime()) ||
    !epoch.toISOString().startsWith(values.epoch)
  ) {
    throw new UsageError('--epoch is a day, such as 2026-06-01.');
  }
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
  const now = deps.clock();
  const result = await loadUsage(deps, {
    file,
    epoch,
    email: values.for,
    requestId: newId(now),
    now,
  });
  if (result.problems.length > 0) {
    for (const { line, problem } of result.problems.slice(0, PROBLEMS_SHOWN))
      console.error(line > 0 ? `line ${line}: ${problem}` : problem);
    const more = result.problems.length - PROBLEMS_SHOWN;
    if (more > 0) console.error(`… and ${more} more`);
    console.error(
      `Nothing was loaded: ${result.problems.length} ${result.problems.length === 1 ? 'problem' : 'problems'}.`,
    );
    return 1;
  }
  console.log(
    `${result.loaded} GPU sessions loaded, ${result.known} were there already, ${result.neverRan} pods never ran.`,
  );
  return 0;
}

async function demoCodeCommand(deps: Opened, [email]: string[]): Promise<number> {
  if (!email) throw new UsageError('demo-code needs an e-mail address.');
  const demo = deps.env.SHOW_DEMO ? readDemo(deps.env.DATA_DIR) : null;
  const person = Object.values(demo?.personas ?? {}).find((candidate) => candidate.email === email);
  if (!person) throw new UsageError('There is no such person in a demo on this machine.');
  if (!person.totpSecret)
    throw new UsageError('This person has no second factor yet: sign in and add one.');
  const now = deps.clock();
  console.log(`${codeAt(person.totpSecret, now)}   (for ${secondsToNext(now)} more seconds)`);
  return 0;
}

async function retentionCommand(deps: Opened): Promise<number> {
  const now = deps.clock();
  const due = await retentionDryRun(deps.connection.db, now);
  await deps.connection.db.transaction((tx) =>
    recordAudit(tx, deps.vault, {
      action: 'operator.ran',
      actor: { kind: 'system', job: 'operator.retention-dry-run' },
      subjectId: null,
      purpose: 'accountability',
      requestId: newId(now),
      now,
    }),
  );
  if (due.length === 0) console.log('Nothing is past its delete-on date.');
  for (const { title, rows } of due) console.log(`${String(rows).padStart(8)}  ${title}`);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (cause: unknown) => {
    const { words, code } = endingOf(cause);
    console.error(words);
    process.exit(code);
  },
);

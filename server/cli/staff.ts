import { parseArgs } from 'node:util';
import { asc, eq, isNotNull } from 'drizzle-orm';
import { account, type StaffRole, staffRoles } from '../../db/schema/account.ts';
import { passwordCredential } from '../../db/schema/auth.ts';
import { staffMember } from '../../db/schema/staff.ts';
import { recordAudit } from '../audit/record.ts';
import { newId } from '../crypto/token.ts';
import type { Deps } from '../deps.ts';
import { DomainError } from '../errors.ts';
import { addStaff, changeStaff, type StaffChange, UnprovedStaffError } from '../staff/add.ts';
import { inviteAgain } from '../staff/invite.ts';
import { email as emailSchema, line } from '../trpc/input.ts';
import { UsageError } from './usage-error.ts';

const WHICH = 'Which member of staff? Give the label, in quotes.';
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `staff add|invite|set|disable|enable|list`: who may use the console. */
export async function staffCommand(deps: Deps, [verb, ...rest]: string[]): Promise<number> {
  switch (verb) {
    case 'add':
      return add(deps, rest);
    case 'invite':
      return invite(deps, rest[0]);
    case 'set':
      return set(deps, rest);
    case 'disable':
    case 'enable':
      return able(deps, verb, rest);
    case 'list':
      return list(deps);
    default:
      throw new UsageError('staff needs one of: add, invite, set, disable, enable, list.');
  }
}

async function add(deps: Deps, rest: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      role: { type: 'string' },
      label: { type: 'string' },
      'training-until': { type: 'string' },
      'confidentiality-until': { type: 'string' },
    },
  });
  const email = emailSchema.safeParse(positionals[0]);
  if (!email.success) throw new UsageError('staff add needs an e-mail address.');
  const role = roleNamed(values.role);
  const name = oneLine('--name', values.name);
  const label = oneLine('--label', values.label);
  const now = deps.clock();
  const staff = {
    email: email.data,
    name,
    role,
    label,
    trainingValidUntil: endOfDay('--training-until', values['training-until']),
    confidentialityValidUntil: endOfDay('--confidentiality-until', values['confidentiality-until']),
  };
  const { link } = await said(
    () =>
      deps.connection.db.transaction((tx) =>
        addStaff(tx, deps.vault, {
          staff,
          consoleUrl: deps.env.CONSOLE_URL,
          requestId: newId(now),
          now,
        }),
      ),
    () => whoHas(deps, email.data),
  );
  console.log(`${label} was added. ${invitation(deps, link)}`);
  return 0;
}

/** Whose an address is already, and the command that was meant where their invitation is still open. */
async function whoHas({ connection: { db }, vault }: Deps, email: string): Promise<string> {
  const [member] = await db
    .select({ label: staffMember.label, entered: isNotNull(passwordCredential.subjectId) })
    .from(account)
    .innerJoin(staffMember, eq(staffMember.accountId, account.subjectId))
    .leftJoin(passwordCredential, eq(passwordCredential.subjectId, account.subjectId))
    .where(eq(account.emailIndex, vault.emailIndex(email)));
  if (!member) return 'An account has this e-mail address already.';
  const { label, entered } = member;
  return entered
    ? `This is the e-mail address of ${label} already.`
    : `${label} is invited under this e-mail address and has not come yet. For a new link: staff invite "${label}"`;
}

async function invite(deps: Deps, label: string | undefined): Promise<number> {
  if (!label) throw new UsageError(WHICH);
  const now = deps.clock();
  const { CONSOLE_URL: consoleUrl, PUBLIC_URL: publicUrl } = deps.env;
  const { link } = await said(() =>
    deps.connection.db.transaction((tx) =>
      inviteAgain(tx, deps.vault, { label, consoleUrl, publicUrl, requestId: newId(now), now }),
    ),
  );
  console.log(
    `Password, authenticator and recovery codes of ${label} are removed, and their sessions ended. ${invitation(deps, link)}`,
  );
  return 0;
}

/** The link stands on a terminal only where no letter leaves: it is for the mailbox of one person. */
function invitation({ env }: Deps, link: string): string {
  return env.SMTP_URL
    ? 'The invitation is on its way by mail; it is good once and for a day.'
    : `The invitation, good once and for a day:\n${link}`;
}

async function able(deps: Deps, verb: 'disable' | 'enable', rest: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { role: { type: 'string' } },
  });
  return change(deps, positionals[0], { disabled: verb === 'disable', ...roleIn(values) });
}

function roleIn({ role }: { role?: string | undefined }): { role?: StaffRole } {
  return role === undefined ? {} : { role: roleNamed(role) };
}

function roleNamed(name: string | undefined): StaffRole {
  const known = staffRoles.find((role) => role === name);
  if (!known) throw new UsageError(`--role is one of ${staffRoles.join(', ')}.`);
  return known;
}

async function set(deps: Deps, rest: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
      role: { type: 'string' },
      'training-until': { type: 'string' },
      'confidentiality-until': { type: 'string' },
    },
  });
  const training = values['training-until'];
  const confidentiality = values['confidentiality-until'];
  if (!training && !confidentiality)
    throw new UsageError('staff set needs --training-until or --confidentiality-until.');
  return change(deps, positionals[0], {
    ...roleIn(values),
    ...(training ? { trainingValidUntil: endOfDay('--training-until', training) } : {}),
    ...(confidentiality
      ? { confidentialityValidUntil: endOfDay('--confidentiality-until', confidentiality) }
      : {}),
  });
}

async function change(deps: Deps, label: string | undefined, to: StaffChange): Promise<number> {
  if (!label) throw new UsageError(WHICH);
  const now = deps.clock();
  await said(() =>
    deps.connection.db.transaction((tx) =>
      changeStaff(tx, deps.vault, {
        label,
        change: to,
        publicUrl: deps.env.PUBLIC_URL,
        requestId: newId(now),
        now,
      }),
    ),
  );
  console.log(`${label} was changed.`);
  return 0;
}

async function list(deps: Deps): Promise<number> {
  const now = deps.clock();
  const rows = await deps.connection.db.transaction(async (tx) => {
    await recordAudit(tx, deps.vault, {
      action: 'operator.ran',
      actor: { kind: 'system', job: 'operator.staff-list' },
      subjectId: null,
      purpose: 'accountability',
      requestId: newId(now),
      now,
    });
    return tx
      .select({ role: account.role, staff: staffMember })
      .from(staffMember)
      .innerJoin(account, eq(account.subjectId, staffMember.accountId))
      .orderBy(asc(staffMember.label));
  });
  const day = (date: Date) => date.toISOString().slice(0, 10);
  for (const { role, staff } of rows)
    console.log(
      `${staff.label.padEnd(24)} ${role.padEnd(14)} training until ${day(staff.trainingValidUntil)}, pledge until ${day(staff.confidentialityValidUntil)}${staff.disabledAt ? `, disabled on ${day(staff.disabledAt)}` : ''}`,
    );
  return 0;
}

function oneLine(name: string, value: string | undefined): string {
  const parsed = line(80).safeParse(value);
  if (!parsed.success) throw new UsageError(`${name} is one line of at most 80 characters.`);
  return parsed.data;
}

/** The last moment of a day in UTC. */
function endOfDay(name: string, value: string | undefined): Date {
  const end = new Date(`${value}T23:59:59.999Z`);
  if (
    !value ||
    !DAY.test(value) ||
    Number.isNaN(end.getTime()) ||
    !end.toISOString().startsWith(value)
  )
    throw new UsageError(`${name} is a day, such as 2027-06-30.`);
  return end;
}

/** Says a refusal in words of the terminal. */
async function said<T>(run: () => Promise<T>, whoHasAddress?: () => Promise<string>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof UnprovedStaffError)
      throw new UsageError(
        `Nothing proves that this portal wrote this entry as it stands, with the role ${cause.role}: it was altered by hand, or is older than the proofs. If the role is right, say so: --role ${cause.role}. If not, staff disable, and add them anew.`,
      );
    if (!(cause instanceof DomainError)) throw cause;
    if (cause.code === 'EMAIL_NOT_AVAILABLE' && whoHasAddress)
      throw new UsageError(await whoHasAddress());
    const words: Partial<Record<typeof cause.code, string>> = {
      LABEL_TAKEN: 'Another member of staff is shown under this label.',
      NOT_ALLOWED: 'This member of staff is disabled: first staff enable, then staff invite.',
      NOT_FOUND: 'Nobody of staff is shown under this label.',
    };
    throw new UsageError(words[cause.code] ?? cause.code);
  }
}

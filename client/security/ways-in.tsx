import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDate, formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Loading } from '../ui/loading.tsx';
import { Panel } from '../ui/panel.tsx';
import { Row } from '../ui/text.tsx';
import { AddApp } from './add-app.tsx';
import { AddPasskey } from './add-passkey.tsx';
import { ChangePassword } from './change-password.tsx';
import { NewRecoveryCodes } from './new-recovery-codes.tsx';
import { RemoveFactor } from './remove-factor.tsx';
import { RenameFactor } from './rename-factor.tsx';
import styles from './ways-in.module.css';

const text = defineMessages({
  title: { id: 'waysIn.title', defaultMessage: 'Sign-in methods' },
  password: { id: 'waysIn.password', defaultMessage: 'Password' },
  changedAt: { id: 'waysIn.changedAt', defaultMessage: 'Set on {date}' },
  change: { id: 'waysIn.change', defaultMessage: 'Change' },
  passkey: { id: 'waysIn.passkey', defaultMessage: 'Passkey' },
  app: { id: 'waysIn.app', defaultMessage: 'Authenticator app' },
  dates: {
    id: 'waysIn.dates',
    defaultMessage:
      'Added on {created}, {used, select, no {not used yet} other {last used on {used}}}',
  },
  synced: { id: 'waysIn.synced', defaultMessage: 'On several devices of yours' },
  last: {
    id: 'waysIn.last',
    defaultMessage:
      'Your only one, so it cannot be removed. To replace it, add another passkey or app first; then remove this one.',
  },
  rename: { id: 'waysIn.rename', defaultMessage: 'Rename' },
  remove: { id: 'waysIn.remove', defaultMessage: 'Remove' },
  hiddenName: { id: 'waysIn.hiddenName', defaultMessage: '{name}, added on {created}' },
  addPasskey: { id: 'waysIn.addPasskey', defaultMessage: 'Add a passkey' },
  addApp: { id: 'waysIn.addApp', defaultMessage: 'Add an authenticator app' },
  codes: { id: 'waysIn.codes', defaultMessage: 'Recovery codes' },
  codesState: {
    id: 'waysIn.codesState',
    defaultMessage: '{left, plural, =0 {None} other {#}} of {total} left, made on {made}',
  },
  makeNew: { id: 'waysIn.makeNew', defaultMessage: 'Make new ones' },
});

type State = Outputs['auth']['securityState'];
type Factor = State['apps'][number] & { kind: 'app' | 'passkey'; synced?: boolean };
type Task = 'password' | 'app' | 'passkey' | 'codes' | { rename: Factor } | { remove: Factor };

/** Password, passkeys, apps and recovery codes: their state, and one task at a time to change it. */
export function WaysIn({ onDone }: { onDone: (message: string) => void }) {
  const intl = useIntl();
  const state = trpc.auth.securityState.useQuery({});
  const utils = trpc.useUtils();
  const [task, setTask] = useState<Task | null>(null);

  if (state.isPending) return <Loading lines={4} />;
  if (state.isError) return <ErrorState error={state.error} onRetry={() => state.refetch()} />;

  const { passwordChangedAt, apps, passkeys, recoveryCodes } = state.data;
  const factors: Factor[] = [
    ...passkeys.map((one) => ({ ...one, kind: 'passkey' as const })),
    ...apps.map((one) => ({ ...one, kind: 'app' as const })),
  ];
  const finish = (message: string) => {
    setTask(null);
    void utils.auth.invalidate();
    onDone(message);
  };
  const cancel = () => setTask(null);
  const offer = (next: Task, message: keyof typeof text, name: string) => (
    <Button look="quiet" hiddenName={name} onClick={() => setTask(next)}>
      {intl.formatMessage(text[message])}
    </Button>
  );

  return (
    <>
      <Panel title={intl.formatMessage(text.title)}>
        <Facts>
          <Fact
            name={intl.formatMessage(text.password)}
            value={
              passwordChangedAt &&
              intl.formatMessage(text.changedAt, { date: formatDate(passwordChangedAt) })
            }
            action={offer('password', 'change', intl.formatMessage(text.password))}
          />
          {factors.map((factor) => (
            <FactorRow
              key={factor.id}
              factor={factor}
              only={factors.length === 1}
              onRename={() => setTask({ rename: factor })}
              onRemove={() => setTask({ remove: factor })}
            />
          ))}
          <Fact
            name={intl.formatMessage(text.codes)}
            value={codesWords(recoveryCodes)}
            action={offer('codes', 'makeNew', intl.formatMessage(text.codes))}
          />
        </Facts>
        <div className={styles.add}>
          <Row>
            <Button onClick={() => setTask('passkey')}>
              {intl.formatMessage(text.addPasskey)}
            </Button>
            <Button onClick={() => setTask('app')}>{intl.formatMessage(text.addApp)}</Button>
          </Row>
        </div>
      </Panel>
      {task === 'password' && <ChangePassword onDone={finish} onCancel={cancel} />}
      {task === 'passkey' && <AddPasskey onDone={finish} onCancel={cancel} />}
      {task === 'app' && <AddApp onDone={finish} onCancel={cancel} />}
      {task === 'codes' && <NewRecoveryCodes onDone={finish} onCancel={cancel} />}
      {task !== null && typeof task === 'object' && 'rename' in task && (
        <RenameFactor key={task.rename.id} {...task.rename} onDone={finish} onCancel={cancel} />
      )}
      {task !== null && typeof task === 'object' && 'remove' in task && (
        <RemoveFactor {...task.remove} onDone={finish} onCancel={cancel} />
      )}
    </>
  );

  function codesWords({ left, total, madeAt }: State['recoveryCodes']): string | null {
    return madeAt
      ? intl.formatMessage(text.codesState, { left, total, made: formatDate(madeAt) })
      : null;
  }
}

type FactorRowProps = {
  factor: Factor;
  /** The only one there is: it stays until there is another. */
  only: boolean;
  onRename: () => void;
  onRemove: () => void;
};

function FactorRow({ factor, only, onRename, onRemove }: FactorRowProps) {
  const intl = useIntl();
  const { kind, name, createdAt, lastUsedAt, synced } = factor;
  const created = formatDate(createdAt);
  const hiddenName = intl.formatMessage(text.hiddenName, { name, created });
  const used = lastUsedAt ? formatDateTime(lastUsedAt) : 'no';
  return (
    <Fact
      name={intl.formatMessage(text[kind])}
      value={
        <>
          <b>{name}</b>
          {[
            intl.formatMessage(text.dates, { created, used }),
            synced && intl.formatMessage(text.synced),
            only && intl.formatMessage(text.last),
          ].map(
            (line) =>
              line && (
                <span className={styles.line} key={line}>
                  {line}
                </span>
              ),
          )}
        </>
      }
      action={
        <>
          <Button look="quiet" hiddenName={hiddenName} onClick={onRename}>
            {intl.formatMessage(text.rename)}
          </Button>
          {!only && (
            <Button look="quiet-danger" hiddenName={hiddenName} onClick={onRemove}>
              {intl.formatMessage(text.remove)}
            </Button>
          )}
        </>
      }
    />
  );
}

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
import { ChangePassword } from './change-password.tsx';
import { NewRecoveryCodes } from './new-recovery-codes.tsx';
import { ReplaceAuthenticator } from './replace-authenticator.tsx';

const text = defineMessages({
  title: { id: 'waysIn.title', defaultMessage: 'Ways to sign in' },
  password: { id: 'waysIn.password', defaultMessage: 'Password' },
  changedAt: { id: 'waysIn.changedAt', defaultMessage: 'Set on {date}' },
  change: { id: 'waysIn.change', defaultMessage: 'Change' },
  app: { id: 'waysIn.app', defaultMessage: 'Authenticator app' },
  appState: {
    id: 'waysIn.appState',
    defaultMessage:
      '{label}\nAdded on {created}, {used, select, no {not used yet} other {last used on {used}}}',
  },
  replace: { id: 'waysIn.replace', defaultMessage: 'Replace' },
  codes: { id: 'waysIn.codes', defaultMessage: 'Recovery codes' },
  codesState: {
    id: 'waysIn.codesState',
    defaultMessage: '{left, plural, =0 {None} other {#}} of {total} left, made on {made}',
  },
  makeNew: { id: 'waysIn.makeNew', defaultMessage: 'Make new ones' },
});

type Task = 'password' | 'authenticator' | 'codes';

/** Password, authenticator and recovery codes: their state, and one task at a time to change it. */
export function WaysIn({ onDone }: { onDone: (message: string) => void }) {
  const intl = useIntl();
  const state = trpc.auth.securityState.useQuery({});
  const utils = trpc.useUtils();
  const [task, setTask] = useState<Task | null>(null);

  if (state.isPending) return <Loading lines={4} />;
  if (state.isError) return <ErrorState error={state.error} onRetry={() => state.refetch()} />;

  const finish = (message: string) => {
    setTask(null);
    void utils.auth.invalidate();
    onDone(message);
  };
  const cancel = () => setTask(null);
  const offer = (next: Task, message: keyof typeof text, name: keyof typeof text) => (
    <Button look="quiet" hiddenName={intl.formatMessage(text[name])} onClick={() => setTask(next)}>
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
              state.data.passwordChangedAt &&
              intl.formatMessage(text.changedAt, { date: formatDate(state.data.passwordChangedAt) })
            }
            action={offer('password', 'change', 'password')}
          />
          <Fact
            name={intl.formatMessage(text.app)}
            value={state.data.factors.map((factor) => factorWords(factor)).join('\n')}
            action={offer('authenticator', 'replace', 'app')}
          />
          <Fact
            name={intl.formatMessage(text.codes)}
            value={codesWords(state.data.recoveryCodes)}
            action={offer('codes', 'makeNew', 'codes')}
          />
        </Facts>
      </Panel>
      {task === 'password' && <ChangePassword onDone={finish} onCancel={cancel} />}
      {task === 'authenticator' && <ReplaceAuthenticator onDone={finish} onCancel={cancel} />}
      {task === 'codes' && <NewRecoveryCodes onDone={finish} onCancel={cancel} />}
    </>
  );

  function factorWords({
    label,
    createdAt,
    lastUsedAt,
  }: Outputs['auth']['securityState']['factors'][number]): string {
    return intl.formatMessage(text.appState, {
      label,
      created: formatDate(createdAt),
      used: lastUsedAt ? formatDateTime(lastUsedAt) : 'no',
    });
  }

  function codesWords({
    left,
    total,
    madeAt,
  }: Outputs['auth']['securityState']['recoveryCodes']): string | null {
    return madeAt
      ? intl.formatMessage(text.codesState, { left, total, made: formatDate(madeAt) })
      : null;
  }
}

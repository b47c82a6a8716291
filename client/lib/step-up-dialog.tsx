import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { Form } from '../ui/form.tsx';
import { uiText } from '../ui/messages.ts';
import { CodeField } from '../ui/text-field.tsx';
import { isCode } from './codes.ts';
import { atDoor } from './door.ts';
import { defineMessages } from './messages.ts';
import { canUsePasskeys, signWithPasskey } from './passkey.ts';
import { refusalOf } from './refusal.ts';
import type { StepUpAct } from './step-up-act.ts';
import { type Inputs, trpc } from './trpc.ts';

const text = defineMessages({
  title: { id: 'stepUp.title', defaultMessage: 'Confirm that it is you' },
  ordinary: {
    id: 'stepUp.ordinary',
    defaultMessage:
      'This needs {ways, select, both {a passkey or a fresh code from an authenticator app} passkey {a passkey} other {a fresh code from an authenticator app}}. It counts for five minutes.',
  },
  once: {
    id: 'stepUp.once',
    defaultMessage:
      'This needs {ways, select, both {a passkey or a fresh code from an authenticator app} passkey {a passkey} other {a fresh code from an authenticator app}}, for this step alone.',
  },
  passkey: { id: 'stepUp.passkey', defaultMessage: 'Use a passkey' },
  noPasskeys: {
    id: 'stepUp.noPasskeys',
    defaultMessage:
      'This browser cannot use your passkey at this address. Open the portal in a browser or on a device that can.',
  },
  app: { id: 'stepUp.app', defaultMessage: 'With an authenticator app' },
  code: { id: 'stepUp.code', defaultMessage: 'Code' },
  hint: { id: 'stepUp.hint', defaultMessage: 'Six digits' },
  missing: {
    id: 'stepUp.missing',
    defaultMessage: 'Enter the six digits that your authenticator app shows.',
  },
  confirm: { id: 'stepUp.confirm', defaultMessage: 'Confirm' },
  withCode: { id: 'stepUp.withCode', defaultMessage: 'Confirm with the code' },
  lost: {
    id: 'stepUp.lost',
    defaultMessage:
      'Sign out, sign in with a recovery code, and add a new authenticator app or passkey on the Security page within five minutes. Recovery codes do not confirm single steps.',
  },
  lostStaff: {
    id: 'stepUp.lostStaff',
    defaultMessage:
      'Recovery codes do not confirm single steps. Tell an administrator that the device is lost.',
  },
  lostSummary: { id: 'stepUp.lostSummary', defaultMessage: 'Lost your device?' },
});

type Props = { act: StepUpAct; onProved: () => void; onCancel: () => void };
type Proof = Pick<Inputs['auth']['stepUp'], 'code' | 'passkey'>;

/** Asks for a passkey or a code before an act that a stolen session must not be able to do. */
export function StepUpDialog({ act, onProved, onCancel }: Props) {
  const intl = useIntl();
  const { factors, ask, confirm, forget } = useProving(act);
  const [proving, setProving] = useState(false);
  const passkeys = factors.passkeys > 0 && canUsePasskeys;
  const codes = factors.apps > 0;
  const ways = codes ? (passkeys ? 'both' : 'code') : 'passkey';

  async function prove(proofOf: () => Promise<Proof>) {
    setProving(true);
    try {
      await confirm(await proofOf());
      onProved();
    } catch (error) {
      // Five refused ones end the session; the next answer about it leads to the sign-in page.
      if (refusalOf(error) === 'ATTEMPT_ENDED') forget();
      throw error;
    } finally {
      setProving(false);
    }
  }

  const cancel = (
    <Button onClick={onCancel} disabled={proving}>
      {intl.formatMessage(uiText.cancel)}
    </Button>
  );
  return (
    <Dialog title={intl.formatMessage(text.title)} onClose={onCancel} locked={proving} ownClose>
      <p>
        <FormattedMessage {...(act === 'ordinary' ? text.ordinary : text.once)} values={{ ways }} />
      </p>
      {passkeys && (
        <Form
          label={intl.formatMessage(text.passkey)}
          submit={intl.formatMessage(text.passkey)}
          actions={!codes && cancel}
          onSubmit={() => prove(async () => ({ passkey: await signWithPasskey(await ask()) }))}
        >
          {null}
        </Form>
      )}
      {codes && (
        <Form
          {...(passkeys && { label: intl.formatMessage(text.app) })}
          submit={intl.formatMessage(passkeys ? text.withCode : text.confirm)}
          submitLook={passkeys ? 'plain' : 'primary'}
          actions={cancel}
          fieldOf={{ CODE_REFUSED: 'step-up-code', CODE_ALREADY_USED: 'step-up-code' }}
          check={(values) => ({
            'step-up-code': !isCode(values['step-up-code']) && intl.formatMessage(text.missing),
          })}
          onSubmit={(values) => prove(async () => ({ code: values['step-up-code'] ?? '' }))}
        >
          <CodeField
            name="step-up-code"
            label={intl.formatMessage(text.code)}
            hint={intl.formatMessage(text.hint)}
            autoFocus={!passkeys}
          />
        </Form>
      )}
      {!passkeys && !codes && (
        <>
          <p>{intl.formatMessage(text.noPasskeys)}</p>
          <div>{cancel}</div>
        </>
      )}
      <Disclosure summary={intl.formatMessage(text.lostSummary)}>
        <p>
          <FormattedMessage {...atDoor({ portal: text.lost, console: text.lostStaff })} />
        </p>
      </Disclosure>
    </Dialog>
  );
}

/** What a step is confirmed with at this door. No act of the console is one that asks for a factor of its own. */
function useProving(act: StepUpAct) {
  const utils = trpc.useUtils();
  const own = {
    me: trpc.auth.me.useQuery({}, { enabled: atDoor({ portal: true, console: false }) }),
    begin: trpc.auth.beginStepUp.useMutation(),
    stepUp: trpc.auth.stepUp.useMutation(),
  };
  const desk = {
    me: trpc.desk.me.useQuery({}, { enabled: atDoor({ portal: false, console: true }) }),
    begin: trpc.desk.beginStepUp.useMutation(),
    stepUp: trpc.desk.stepUp.useMutation(),
  };
  const named = act === 'ordinary' ? {} : { act };
  return atDoor({
    portal: {
      factors: own.me.data?.factors ?? { apps: 1, passkeys: 0 },
      ask: () => own.begin.mutateAsync(named),
      confirm: (proof: Proof) => own.stepUp.mutateAsync({ ...proof, ...named }),
      forget: () => void utils.auth.me.invalidate(),
    },
    console: {
      factors: desk.me.data?.factors ?? { apps: 1, passkeys: 0 },
      ask: () => desk.begin.mutateAsync({}),
      confirm: (proof: Proof) => desk.stepUp.mutateAsync(proof),
      forget: () => void utils.desk.me.invalidate(),
    },
  });
}

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
import { refusalOf } from './refusal.ts';
import type { StepUpAct } from './step-up-act.ts';
import { trpc } from './trpc.ts';

const text = defineMessages({
  title: { id: 'stepUp.title', defaultMessage: 'Confirm that it is you' },
  ordinary: {
    id: 'stepUp.ordinary',
    defaultMessage:
      'This needs a fresh code from your authenticator app. It counts for five minutes.',
  },
  once: {
    id: 'stepUp.once',
    defaultMessage: 'This needs a fresh code from your authenticator app, for this step alone.',
  },
  code: { id: 'stepUp.code', defaultMessage: 'Code' },
  hint: { id: 'stepUp.hint', defaultMessage: 'Six digits' },
  missing: {
    id: 'stepUp.missing',
    defaultMessage: 'Enter the six digits that your authenticator app shows.',
  },
  confirm: { id: 'stepUp.confirm', defaultMessage: 'Confirm' },
  lost: {
    id: 'stepUp.lost',
    defaultMessage:
      'Sign out, sign in with a recovery code, and add a new authenticator on the Security page within five minutes. Recovery codes do not confirm single steps.',
  },
  lostStaff: {
    id: 'stepUp.lostStaff',
    defaultMessage:
      'A recovery code signs you in, but does not confirm single steps. Tell an administrator that the device is lost.',
  },
  lostSummary: { id: 'stepUp.lostSummary', defaultMessage: 'Lost your device?' },
});

type Props = { act: StepUpAct; onProved: () => void; onCancel: () => void };

/** Asks for a code before an act that a stolen session must not be able to do. */
export function StepUpDialog({ act, onProved, onCancel }: Props) {
  const intl = useIntl();
  const ownStepUp = trpc.auth.stepUp.useMutation();
  const deskStepUp = trpc.desk.stepUp.useMutation();
  const utils = trpc.useUtils();
  const [proving, setProving] = useState(false);

  /** No act of the console is one that asks for a code of its own. */
  const confirm = (code: string) =>
    atDoor({
      portal: () => ownStepUp.mutateAsync(act === 'ordinary' ? { code } : { code, act }),
      console: () => deskStepUp.mutateAsync({ code }),
    })();

  async function prove(code: string) {
    setProving(true);
    try {
      await confirm(code);
      onProved();
    } catch (error) {
      // Five wrong codes end the session; the next answer about it leads to the sign-in page.
      if (refusalOf(error) === 'ATTEMPT_ENDED')
        void atDoor({ portal: utils.auth.me, console: utils.desk.me }).invalidate();
      throw error;
    } finally {
      setProving(false);
    }
  }

  return (
    <Dialog title={intl.formatMessage(text.title)} onClose={onCancel} locked={proving} ownClose>
      <p>
        <FormattedMessage {...(act === 'ordinary' ? text.ordinary : text.once)} />
      </p>
      <Form
        submit={intl.formatMessage(text.confirm)}
        actions={
          <Button onClick={onCancel} disabled={proving}>
            {intl.formatMessage(uiText.cancel)}
          </Button>
        }
        fieldOf={{ CODE_REFUSED: 'step-up-code', CODE_ALREADY_USED: 'step-up-code' }}
        check={(values) => ({
          'step-up-code': !isCode(values['step-up-code']) && intl.formatMessage(text.missing),
        })}
        onSubmit={(values) => prove(values['step-up-code'] ?? '')}
      >
        <CodeField
          name="step-up-code"
          label={intl.formatMessage(text.code)}
          hint={intl.formatMessage(text.hint)}
          autoFocus
        />
      </Form>
      <Disclosure summary={intl.formatMessage(text.lostSummary)}>
        <p>
          <FormattedMessage {...atDoor({ portal: text.lost, console: text.lostStaff })} />
        </p>
      </Disclosure>
    </Dialog>
  );
}

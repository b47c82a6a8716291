import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { Step, Steps } from '../../ui/steps.tsx';

const text = defineMessages({
  label: { id: 'lostHow.label', defaultMessage: 'How it goes' },
  mailbox: {
    id: 'lostHow.mailbox',
    defaultMessage: 'We mail you a link. You open it and say what happened.',
  },
  wait: {
    id: 'lostHow.wait',
    defaultMessage:
      '72 hours pass. We write three times, and each letter can stop it. Signing in with the authenticator or a recovery code stops it too.',
  },
  decide: {
    id: 'lostHow.decide',
    defaultMessage: 'Two people at EaseLLM decide, and we write to you.',
  },
  renew: {
    id: 'lostHow.renew',
    defaultMessage: 'With a second link and your password you add a new authenticator.',
  },
  after: {
    id: 'lostHow.after',
    defaultMessage:
      'For seven days after that nobody can take copies, ask for the deletion, hand over an organisation or change the e-mail address.',
  },
});
const order = ['mailbox', 'wait', 'decide', 'renew', 'after'] as const;

/** The way to a new authenticator, with the step one is at. */
export function HowItGoes({ at = 'mailbox' }: { at?: (typeof order)[number] }) {
  const intl = useIntl();
  const now = order.indexOf(at);
  return (
    <Steps label={intl.formatMessage(text.label)}>
      {order.map((name, index) => (
        <Step key={name} state={index < now ? 'done' : index === now ? 'now' : 'waiting'}>
          {intl.formatMessage(text[name])}
        </Step>
      ))}
    </Steps>
  );
}

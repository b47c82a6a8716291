import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { defineMessages } from '../../lib/messages.ts';
import { trpc } from '../../lib/trpc.ts';
import { WhileSigningIn } from '../../sign-in/attempt.tsx';
import { Form } from '../../ui/form.tsx';
import { SuccessBanner } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { HowItGoes } from './how-it-goes.tsx';

const text = defineMessages({
  title: { id: 'lostAsk.title', defaultMessage: 'Ask for a new authenticator' },
  lede: {
    id: 'lostAsk.lede',
    defaultMessage:
      'For when the authenticator and all recovery codes are lost. It takes three days or more, on purpose: your password and mailbox alone must not be enough for anybody.',
  },
  submit: { id: 'lostAsk.submit', defaultMessage: 'Mail me the link' },
  again: { id: 'lostAsk.again', defaultMessage: 'Mail another link' },
  sent: {
    id: 'lostAsk.sent',
    defaultMessage:
      'The link is on its way to the address of your account, and works for an hour. Nothing there? Look among unwanted mail.',
  },
  back: { id: 'lostAsk.back', defaultMessage: 'I have a code after all' },
});

/** Midway in the sign-in, without any second factor: what would happen, and the letter that begins it. */
export default function LostAskPage() {
  const intl = useIntl();
  const ask = trpc.lostFactors.ask.useMutation();
  return (
    <WhileSigningIn>
      {ask.isSuccess && (
        <SuccessBanner key={ask.submittedAt}>{intl.formatMessage(text.sent)}</SuccessBanner>
      )}
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <HowItGoes />
      <Form
        wide
        submit={intl.formatMessage(ask.isSuccess ? text.again : text.submit)}
        onSubmit={() => ask.mutateAsync({})}
      >
        {null}
      </Form>
      <p>
        <Link to="/sign-in/code">{intl.formatMessage(text.back)}</Link>
      </p>
    </WhileSigningIn>
  );
}

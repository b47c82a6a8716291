import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { Form } from '../ui/form.tsx';
import { SavedStatus } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { StepCount } from './step-count.tsx';

const text = defineMessages({
  title: { id: 'enrolMailbox.title', defaultMessage: 'Confirm your e-mail address' },
  lede: {
    id: 'enrolMailbox.lede',
    defaultMessage:
      'We mail you a link that works once, for one hour. This page goes on by itself when you have opened it and pressed Confirm.',
  },
  send: { id: 'enrolMailbox.send', defaultMessage: 'Send the link' },
  again: { id: 'enrolMailbox.again', defaultMessage: 'Send another link' },
  sent: {
    id: 'enrolMailbox.sent',
    defaultMessage: 'The link is on its way. Nothing there? Look among unwanted mail.',
  },
});

/** Step 1: the mailbox. */
export function EnrolMailbox() {
  const intl = useIntl();
  const send = trpc.auth.sendVerification.useMutation();
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={intl.formatMessage(text.lede)}
        back={<StepCount step={1} />}
      />
      <SavedStatus>{send.isSuccess && intl.formatMessage(text.sent)}</SavedStatus>
      <Form
        wide
        submit={intl.formatMessage(send.isSuccess ? text.again : text.send)}
        onSubmit={() => send.mutateAsync({})}
      >
        {null}
      </Form>
    </>
  );
}

import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDateTime } from '../../lib/format.ts';
import { forgetToken, mailedToken } from '../../lib/mailed-token.ts';
import { defineMessages } from '../../lib/messages.ts';
import { type Outputs, trpc } from '../../lib/trpc.ts';
import { LinkNotValid } from '../../sign-in/link-not-valid.tsx';
import { Form } from '../../ui/form.tsx';
import { SuccessBanner } from '../../ui/notice.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { HowItGoes } from './how-it-goes.tsx';

const text = defineMessages({
  title: { id: 'lostOpen.title', defaultMessage: 'Tell us what happened' },
  lede: {
    id: 'lostOpen.lede',
    defaultMessage:
      'A few sentences for the two people who decide: what is lost, since when, and how we know that it is you, such as the month of your last invoice.',
  },
  statement: { id: 'lostOpen.statement', defaultMessage: 'What happened?' },
  hint: {
    id: 'lostOpen.hint',
    defaultMessage: 'Never a password or a code: we do not ask for one, and nobody who does is us.',
  },
  none: { id: 'lostOpen.none', defaultMessage: 'Say in a few words what happened.' },
  submit: { id: 'lostOpen.submit', defaultMessage: 'Open the case' },
  invalid: {
    id: 'lostOpen.invalid',
    defaultMessage:
      'This link was used already, or its hour is over. Sign in with your password and ask for another.',
  },
  doneTitle: { id: 'lostOpen.doneTitle', defaultMessage: 'Case {reference}' },
  done: {
    id: 'lostOpen.done',
    defaultMessage:
      'Your case is under way. Nobody agrees before {when}; we write to you when it is decided.',
  },
  doneLede: {
    id: 'lostOpen.doneLede',
    defaultMessage:
      'Keep the reference. You need not do anything now. If the authenticator or a recovery code turns up, sign in with it: the case ends by itself.',
  },
});
const STATEMENT_MAX = 1_000;
type Opened = Outputs['lostFactors']['open'];

/** By the mailed link: a statement opens the case. */
export default function LostOpenPage() {
  const intl = useIntl();
  const [token] = useState(mailedToken);
  const [opened, setOpened] = useState<Opened | null>(null);
  const open = trpc.lostFactors.open.useMutation();
  if (opened) return <UnderWay opened={opened} />;
  if (token === null) return <LinkNotValid again="/sign-in" />;
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        says={{ LINK_NOT_VALID: intl.formatMessage(text.invalid) }}
        check={({ statement = '' }) => ({
          statement: statement.trim() === '' && intl.formatMessage(text.none),
        })}
        onSubmit={async ({ statement = '' }) => {
          const done = await open.mutateAsync({ token, statement });
          forgetToken();
          setOpened(done);
        }}
      >
        <TextArea
          name="statement"
          label={intl.formatMessage(text.statement)}
          hint={intl.formatMessage(text.hint)}
          min={1}
          max={STATEMENT_MAX}
        />
      </Form>
    </>
  );
}

function UnderWay({ opened: { reference, waitsUntil } }: { opened: Opened }) {
  const intl = useIntl();
  return (
    <>
      <SuccessBanner>
        {intl.formatMessage(text.done, { when: formatDateTime(waitsUntil) })}
      </SuccessBanner>
      <PageHead
        title={intl.formatMessage(text.doneTitle, { reference })}
        lede={intl.formatMessage(text.doneLede)}
      />
      <HowItGoes at="wait" />
    </>
  );
}

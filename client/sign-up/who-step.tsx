import { Link } from '@tanstack/react-router';
import { FormattedMessage, useIntl } from 'react-intl';
import { choicesOf } from '../account/field-choices.ts';
import { looksLikeEmail } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { refusalOf } from '../lib/refusal.ts';
import { trpc } from '../lib/trpc.ts';
import { Select } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Small } from '../ui/text.tsx';
import { TextField } from '../ui/text-field.tsx';

const text = defineMessages({
  title: { id: 'who.title', defaultMessage: 'Who is the account for?' },
  lede: {
    id: 'who.lede',
    defaultMessage:
      'We mail you a link to go on with. Without it, all of this is deleted after a day.',
  },
  email: { id: 'who.email', defaultMessage: 'E-mail address' },
  name: { id: 'who.name', defaultMessage: 'Name' },
  nameHint: { id: 'who.nameHint', defaultMessage: 'As you want to be called; any script.' },
  country: { id: 'who.country', defaultMessage: 'Country' },
  countryHint: {
    id: 'who.countryHint',
    defaultMessage: 'Which rights you have, and how long law keeps invoices, depends on it.',
  },
  choose: { id: 'who.choose', defaultMessage: 'Choose a country' },
  noEmail: {
    id: 'who.noEmail',
    defaultMessage: 'Enter your e-mail address, like name@example.com.',
  },
  noName: { id: 'who.noName', defaultMessage: 'Enter your name.' },
  noCountry: { id: 'who.noCountry', defaultMessage: 'Choose your country.' },
  refused: {
    id: 'who.refused',
    defaultMessage: 'We cannot use this as it is. Check the address and the name for mistakes.',
  },
  submit: { id: 'who.submit', defaultMessage: 'Send me the link' },
  zone: {
    id: 'who.zone',
    defaultMessage:
      'Times will be shown as in {zone}, which your browser says. Nothing optional is switched on. What we keep and why stands in our <link>privacy policy</link>.',
  },
  begin: { id: 'who.begin', defaultMessage: 'Begin again' },
});

type WhoStepProps = {
  ticket: string;
  onSent: (to: string) => void;
  onStopped: () => void;
};

/** What an account begins with. No password yet: that is for whoever reads the mailbox. */
export function WhoStep({ ticket, onSent, onStopped }: WhoStepProps) {
  const intl = useIntl();
  const ask = trpc.signUp.ask.useMutation();
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        wide
        submit={intl.formatMessage(text.submit)}
        check={(values) => ({
          email: !looksLikeEmail(values.email) && intl.formatMessage(text.noEmail),
          displayName: !values.displayName?.trim() && intl.formatMessage(text.noName),
          country: !values.country && intl.formatMessage(text.noCountry),
        })}
        says={{ INPUT_REFUSED: intl.formatMessage(text.refused) }}
        ways={{
          SIGN_UP_OVER: (
            <Link to="/sign-up" reloadDocument>
              {intl.formatMessage(text.begin)}
            </Link>
          ),
        }}
        onSubmit={async ({ email = '', displayName = '', country = '' }) => {
          try {
            await ask.mutateAsync({ ticket, email, displayName, country, timeZone: zone });
            onSent(email.trim());
          } catch (error) {
            if (refusalOf(error) !== 'SIGN_UP_CLOSED') throw error;
            onStopped();
          }
        }}
      >
        <TextField
          name="email"
          type="email"
          label={intl.formatMessage(text.email)}
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
        />
        <TextField
          name="displayName"
          label={intl.formatMessage(text.name)}
          hint={intl.formatMessage(text.nameHint)}
          autoComplete="name"
          maxLength={120}
        />
        <Select
          name="country"
          label={intl.formatMessage(text.country)}
          hint={intl.formatMessage(text.countryHint)}
          defaultValue=""
          choices={[
            { value: '', label: intl.formatMessage(text.choose) },
            ...(choicesOf(intl, 'country') ?? []),
          ]}
        />
        <p>
          <Small>
            <FormattedMessage
              {...text.zone}
              values={{ zone, link: (words) => <Link to="/policy">{words}</Link> }}
            />
          </Small>
        </p>
      </Form>
    </>
  );
}

import { useState } from 'react';
import { useIntl } from 'react-intl';
import { looksLikeEmail } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { RadioGroup } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { TextField } from '../ui/text-field.tsx';
import { useFound } from './found.ts';
import { FoundCustomer } from './found-customer.tsx';
import { type Category, categoryText, isCategory } from './support-text.ts';

const text = defineMessages({
  title: { id: 'lookUp.title', defaultMessage: 'Look up a customer' },
  lede: {
    id: 'lookUp.lede',
    defaultMessage:
      'One customer at a time, by exactly what they gave you. The look-up is recorded, with your label and what it is about, and the customer sees it.',
  },
  about: { id: 'lookUp.about', defaultMessage: 'What is it about?' },
  noAbout: { id: 'lookUp.noAbout', defaultMessage: 'Say what it is about.' },
  by: { id: 'lookUp.by', defaultMessage: 'What did they give you?' },
  email: { id: 'lookUp.email', defaultMessage: 'E-mail address' },
  ticket: { id: 'lookUp.ticket', defaultMessage: 'Case number' },
  account: { id: 'lookUp.account', defaultMessage: 'Account id' },
  emailHint: { id: 'lookUp.emailHint', defaultMessage: 'Whole and exact. Parts find nobody.' },
  ticketHint: { id: 'lookUp.ticketHint', defaultMessage: 'Like T-2026-000123.' },
  accountHint: {
    id: 'lookUp.accountHint',
    defaultMessage: 'The long id with four dashes, as other systems of ours write it.',
  },
  noEmail: {
    id: 'lookUp.noEmail',
    defaultMessage: 'Enter the whole e-mail address, like name@example.com.',
  },
  noTicket: { id: 'lookUp.noTicket', defaultMessage: 'Enter the case number.' },
  noAccount: { id: 'lookUp.noAccount', defaultMessage: 'Enter the whole account id.' },
  submit: { id: 'lookUp.submit', defaultMessage: 'Look up' },
  nothing: { id: 'lookUp.nothing', defaultMessage: 'Nothing found' },
  nothingText: {
    id: 'lookUp.nothingText',
    defaultMessage:
      'No customer has exactly this. Check it with the person, letter by letter. The look-up was recorded as one that found nobody.',
  },
});

type By = 'email' | 'ticket' | 'account';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const kinds = {
  email: { label: text.email, hint: text.emailHint, missing: text.noEmail, fits: looksLikeEmail },
  ticket: {
    label: text.ticket,
    hint: text.ticketHint,
    missing: text.noTicket,
    fits: (typed: string) => typed !== '',
  },
  account: {
    label: text.account,
    hint: text.accountHint,
    missing: text.noAccount,
    fits: (typed: string) => UUID.test(typed),
  },
} as const;
const isBy = (value: string): value is By => Object.hasOwn(kinds, value);

/** Finds one customer; what for is said first. */
export default function LookUpPage() {
  const intl = useIntl();
  const lookUp = trpc.support.lookUp.useMutation();
  const { found, keep } = useFound();
  const [by, setBy] = useState<By>('email');
  const [nobody, setNobody] = useState(0);
  const kind = kinds[by];

  async function find(category: Category, value: string) {
    keep(null);
    setNobody(0);
    const { found: customer } = await lookUp.mutateAsync({ category, by, value });
    if (customer)
      keep({ customer, category, ticket: by === 'ticket' ? value.toUpperCase() : null });
    else setNobody((times) => times + 1);
  }

  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      <Form
        submit={intl.formatMessage(text.submit)}
        check={(values) => ({
          category: !isCategory(values.category ?? '') && intl.formatMessage(text.noAbout),
          value: !kind.fits((values.value ?? '').trim()) && intl.formatMessage(kind.missing),
        })}
        onSubmit={async ({ category = '', value = '' }) => {
          if (isCategory(category)) await find(category, value.trim());
        }}
      >
        <RadioGroup
          name="category"
          label={intl.formatMessage(text.about)}
          choices={Object.entries(categoryText).map(([value, label]) => ({
            value,
            label: intl.formatMessage(label),
          }))}
        />
        <RadioGroup
          name="by"
          label={intl.formatMessage(text.by)}
          defaultValue="email"
          onChange={(value) => isBy(value) && setBy(value)}
          choices={Object.entries(kinds).map(([value, { label }]) => ({
            value,
            label: intl.formatMessage(label),
          }))}
        />
        <TextField
          key={by}
          name="value"
          label={intl.formatMessage(kind.label)}
          hint={intl.formatMessage(kind.hint)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
        />
      </Form>
      <div role="status">
        {nobody > 0 && (
          <Notice title={intl.formatMessage(text.nothing)}>
            <p>{intl.formatMessage(text.nothingText)}</p>
          </Notice>
        )}
      </div>
      {found && <FoundCustomer key={found.customer.subjectId} found={found} />}
    </>
  );
}

import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { looksLikeEmail } from '../lib/codes.ts';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { RadioGroup } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { Notice, SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { TextField } from '../ui/text-field.tsx';
import { customerBy, type FoundCustomer } from './oversight-text.ts';
import { ProposeForm } from './propose-form.tsx';

const text = defineMessages({
  back: { id: 'proposeHold.back', defaultMessage: 'Legal holds' },
  title: { id: 'proposeHold.title', defaultMessage: 'Propose a hold' },
  lede: {
    id: 'proposeHold.lede',
    defaultMessage:
      'A hold keeps entries of one table, or single fields of them, from being deleted. It keeps nothing until another person has approved it. The customer sees in their log that you looked.',
  },
  by: { id: 'proposeHold.by', defaultMessage: 'Whose data?' },
  reference: { id: 'proposeHold.reference', defaultMessage: 'Reference of a request' },
  account: { id: 'proposeHold.account', defaultMessage: 'Account id' },
  email: { id: 'proposeHold.email', defaultMessage: 'E-mail address' },
  missing: { id: 'proposeHold.missing', defaultMessage: 'Enter it whole and exact.' },
  noEmail: {
    id: 'proposeHold.noEmail',
    defaultMessage: 'Enter the whole e-mail address, like name@example.com.',
  },
  hint: { id: 'proposeHold.hint', defaultMessage: 'Whole and exact. Parts find nobody.' },
  find: { id: 'proposeHold.find', defaultMessage: 'Find the customer' },
  nobody: { id: 'proposeHold.nobody', defaultMessage: 'Nobody found' },
  nobodyText: {
    id: 'proposeHold.nobodyText',
    defaultMessage: 'No customer has exactly this. The attempt was recorded.',
  },
  done: {
    id: 'proposeHold.done',
    defaultMessage: '{reference} is proposed. It keeps nothing until another person approves it.',
  },
});

type By = (typeof customerBy)[number];
const isBy = (value: string): value is By => customerBy.some((one) => one === value);

/** Finds one customer, then says what of theirs is to be kept, why and until when. */
export default function ProposeHoldPage() {
  const intl = useIntl();
  const find = trpc.oversight.findCustomer.useMutation();
  const [by, setBy] = useState<By>('reference');
  const [found, setFound] = useState<FoundCustomer | 'nobody' | null>(null);
  const [done, setDone] = useState<string | null>(null);
  return (
    <>
      {done && (
        <SuccessBanner key={done}>
          {intl.formatMessage(text.done, { reference: done })}
        </SuccessBanner>
      )}
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={intl.formatMessage(text.lede)}
        back={<Link to="/holds">{intl.formatMessage(text.back)}</Link>}
      />
      <Form
        label={intl.formatMessage(text.find)}
        submit={intl.formatMessage(text.find)}
        submitLook={found && found !== 'nobody' ? 'plain' : 'primary'}
        check={({ value = '' }) => ({
          value:
            by === 'email'
              ? !looksLikeEmail(value.trim()) && intl.formatMessage(text.noEmail)
              : !value.trim() && intl.formatMessage(text.missing),
        })}
        onSubmit={async ({ value = '' }) => {
          setFound(null);
          setFound((await find.mutateAsync({ by, value: value.trim() })) ?? 'nobody');
        }}
      >
        <RadioGroup
          name="by"
          label={intl.formatMessage(text.by)}
          defaultValue="reference"
          onChange={(value) => isBy(value) && setBy(value)}
          choices={customerBy.map((value) => ({ value, label: intl.formatMessage(text[value]) }))}
        />
        <TextField
          key={by}
          name="value"
          label={intl.formatMessage(text[by])}
          hint={intl.formatMessage(text.hint)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
        />
      </Form>
      <div role="status">
        {found === 'nobody' && (
          <Notice title={intl.formatMessage(text.nobody)}>
            <p>{intl.formatMessage(text.nobodyText)}</p>
          </Notice>
        )}
      </div>
      {found && found !== 'nobody' && (
        <ProposeForm
          key={found.subjectId}
          customer={found}
          onDone={(reference) => {
            setFound(null);
            setDone(reference);
          }}
        />
      )}
    </>
  );
}

import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
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
import { proposeWish } from './propose-wish.ts';

const text = defineMessages({
  back: { id: 'proposeHold.back', defaultMessage: 'Legal holds' },
  title: { id: 'proposeHold.title', defaultMessage: 'Propose a hold' },
  lede: {
    id: 'proposeHold.lede',
    defaultMessage:
      'A hold keeps entries of one table, or single fields of them, from being deleted. It keeps nothing until another person has approved it.',
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
  silence: { id: 'proposeHold.silence', defaultMessage: 'What the customer sees of your look' },
  open: { id: 'proposeHold.open', defaultMessage: 'In their log at once, that you looked' },
  silenced: {
    id: 'proposeHold.silenced',
    defaultMessage: 'Nothing yet: an order of an authority forbids telling them',
  },
  silencedHint: {
    id: 'proposeHold.silencedHint',
    defaultMessage:
      'Your look is recorded at once and kept back. The customer sees it, with the order you name, in seven days; if by then a hold is proposed whose notice the order bars, and a second person approves it, on the day on which that bar ends.',
  },
  order: { id: 'proposeHold.order', defaultMessage: 'Which order' },
  orderHint: {
    id: 'proposeHold.orderHint',
    defaultMessage: 'Of whom, under which reference, and where it forbids telling.',
  },
  noOrder: {
    id: 'proposeHold.noOrder',
    defaultMessage: 'Name the order, in at least 20 characters.',
  },
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

const ORDER_MIN = 20;
const ORDER_MAX = 300;

type By = (typeof customerBy)[number];
/** Who was found, and the order that forbids telling them so. */
type Found = { customer: FoundCustomer; silencedBy: string | undefined };
const isBy = (value: string): value is By => customerBy.some((one) => one === value);

/** Finds one customer, then says what of theirs is to be kept, why and until when. */
export default function ProposeHoldPage() {
  const intl = useIntl();
  const find = trpc.oversight.findCustomer.useMutation();
  const wish = proposeWish(useSearch({ strict: false }));
  const [by, setBy] = useState<By>('reference');
  const [silent, setSilent] = useState(false);
  const [found, setFound] = useState<Found | 'nobody' | null>(null);
  const [done, setDone] = useState<string | null>(null);
  return (
    <>
      {done && (
        <SuccessBanner key={done}>
          <FormattedMessage
            {...text.done}
            values={{
              reference: (
                <Link key="hold" to="/holds" hash={done}>
                  {done}
                </Link>
              ),
            }}
          />
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
        check={({ value = '', silencedBy = '' }) => ({
          silencedBy:
            silent && silencedBy.trim().length < ORDER_MIN && intl.formatMessage(text.noOrder),
          value:
            by === 'email'
              ? !looksLikeEmail(value.trim()) && intl.formatMessage(text.noEmail)
              : !value.trim() && intl.formatMessage(text.missing),
        })}
        onSubmit={async ({ value = '', silencedBy: order = '' }) => {
          setFound(null);
          const silencedBy = silent ? order.trim() : undefined;
          const customer = await find.mutateAsync({
            by,
            value: value.trim(),
            ...(silencedBy ? { silencedBy } : {}),
          });
          setFound(customer ? { customer, silencedBy } : 'nobody');
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
          defaultValue={by === wish.by ? wish.value : undefined}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
        />
        <RadioGroup
          name="silence"
          label={intl.formatMessage(text.silence)}
          defaultValue="open"
          onChange={(value) => setSilent(value === 'silenced')}
          choices={[
            { value: 'open', label: intl.formatMessage(text.open) },
            {
              value: 'silenced',
              label: intl.formatMessage(text.silenced),
              hint: intl.formatMessage(text.silencedHint),
            },
          ]}
        />
        {silent && (
          <TextField
            name="silencedBy"
            label={intl.formatMessage(text.order)}
            hint={intl.formatMessage(text.orderHint)}
            autoComplete="off"
            maxLength={ORDER_MAX}
          />
        )}
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
          key={found.customer.subjectId}
          customer={found.customer}
          silencedBy={found.silencedBy}
          onDone={(reference) => {
            setFound(null);
            setDone(reference);
          }}
        />
      )}
    </>
  );
}

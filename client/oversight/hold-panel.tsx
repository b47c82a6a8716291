import { FormattedMessage, useIntl } from 'react-intl';
import { countryName, formatDay, formatList, formatShortDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { groundWords } from '../requests/hold-text.ts';
import { Fact, Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { Tag } from '../ui/tag.tsx';
import { HoldActs } from './hold-acts.tsx';
import { type HoldView, holdStateText, holdStateTone } from './oversight-text.ts';

const text = defineMessages({
  title: { id: 'hold.title', defaultMessage: '{reference}: {title}' },
  customer: { id: 'hold.customer', defaultMessage: 'Customer' },
  who: { id: 'hold.who', defaultMessage: '{name}, {email}, {country}' },
  erased: { id: 'hold.erased', defaultMessage: 'Account deleted' },
  account: { id: 'hold.account', defaultMessage: 'Account id' },
  on: { id: 'hold.on', defaultMessage: 'Keeps' },
  allRows: { id: 'hold.allRows', defaultMessage: 'All entries of {title}' },
  someOfAll: { id: 'hold.someOfAll', defaultMessage: '{fields}, of all entries of {title}' },
  oneRow: { id: 'hold.oneRow', defaultMessage: 'One entry of {title}:' },
  someOfOne: { id: 'hold.someOfOne', defaultMessage: '{fields}, of one entry of {title}:' },
  ground: { id: 'hold.ground', defaultMessage: 'Ground' },
  reason: { id: 'hold.reason', defaultMessage: 'Based on' },
  note: { id: 'hold.note', defaultMessage: 'Words to the customer' },
  told: { id: 'hold.told', defaultMessage: 'The customer is told' },
  atOnce: {
    id: 'hold.atOnce',
    defaultMessage:
      '{state, select, proposed {With the approval} other {With the approval, at once}}: ground, end and what it is based on',
  },
  never: {
    id: 'hold.never',
    defaultMessage: 'In their log, that it was proposed and kept nothing',
  },
  bar: {
    id: 'hold.bar',
    defaultMessage:
      'Not before {date}, by order of an authority, or with a release: ground, end and what it is based on',
  },
  ends: { id: 'hold.ends', defaultMessage: 'Ends' },
  endsOn: { id: 'hold.endsOn', defaultMessage: 'With {date} (UTC), or earlier by a release' },
  proposed: { id: 'hold.proposed', defaultMessage: 'Proposed' },
  approved: { id: 'hold.approved', defaultMessage: 'Approved' },
  asked: { id: 'hold.asked', defaultMessage: 'Release asked' },
  released: { id: 'hold.released', defaultMessage: 'Released' },
  declined: { id: 'hold.declined', defaultMessage: 'Ended without an approval' },
  by: { id: 'hold.by', defaultMessage: '{who}, {when}' },
});

/** One hold with everything that was said and decided about it, and what may be done now. */
export function HoldPanel({ hold, onDone }: { hold: HoldView; onDone: (words: string) => void }) {
  const intl = useIntl();
  const { reference, title, customer, state, rowId, ground, reason, note, endsAt, noticeFrom } =
    hold;
  const some = hold.fields.length > 0;
  const what = { title, fields: formatList(hold.fields) };
  const by = (act: { by: string; at: string } | null) =>
    act && intl.formatMessage(text.by, { who: act.by, when: formatShortDateTime(act.at) });
  const decided = [
    [text.proposed, hold.placed],
    [text.approved, hold.approved],
    [text.asked, hold.releaseAsked],
    [state === 'declined' ? text.declined : text.released, hold.released],
  ] as const;
  return (
    <Panel
      id={reference}
      title={intl.formatMessage(text.title, { reference, title })}
      aside={<Tag tone={holdStateTone[state]}>{intl.formatMessage(holdStateText[state])}</Tag>}
    >
      <Facts>
        <Fact
          name={intl.formatMessage(text.customer)}
          value={
            customer
              ? intl.formatMessage(text.who, {
                  ...customer,
                  country: countryName(customer.country),
                })
              : intl.formatMessage(text.erased)
          }
        />
        <Fact name={intl.formatMessage(text.account)} value={<code>{hold.subjectId}</code>} />
        <Fact
          name={intl.formatMessage(text.on)}
          value={
            rowId ? (
              <>
                <FormattedMessage {...(some ? text.someOfOne : text.oneRow)} values={what} />{' '}
                <code>{rowId}</code>
              </>
            ) : (
              intl.formatMessage(some ? text.someOfAll : text.allRows, what)
            )
          }
        />
        <Fact name={intl.formatMessage(text.ground)} value={groundWords(intl, ground)} />
        {reason && <Fact name={intl.formatMessage(text.reason)} value={reason} />}
        {note && <Fact name={intl.formatMessage(text.note)} value={note} />}
        <Fact
          name={intl.formatMessage(text.told)}
          value={
            state === 'declined' || state === 'lapsed'
              ? intl.formatMessage(text.never)
              : noticeFrom
                ? intl.formatMessage(text.bar, { date: formatDay(noticeFrom) })
                : intl.formatMessage(text.atOnce, { state })
          }
        />
        <Fact
          name={intl.formatMessage(text.ends)}
          value={intl.formatMessage(text.endsOn, { date: formatDay(endsAt) })}
        />
        {decided.map(
          ([label, act]) =>
            act && <Fact key={label.id} name={intl.formatMessage(label)} value={by(act)} />,
        )}
      </Facts>
      <HoldActs hold={hold} onDone={onDone} />
    </Panel>
  );
}

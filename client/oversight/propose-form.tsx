import { useState } from 'react';
import { useIntl } from 'react-intl';
import { countryName } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { trpc } from '../lib/trpc.ts';
import { groundWords } from '../requests/hold-text.ts';
import { Select } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { Section } from '../ui/panel.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { TextField } from '../ui/text-field.tsx';
import { HoldScope } from './hold-scope.tsx';
import { type FoundCustomer, grounds } from './oversight-text.ts';

const text = defineMessages({
  title: { id: 'proposeForm.title', defaultMessage: 'A hold for {name}, {email}, {country}' },
  noTable: { id: 'proposeForm.noTable', defaultMessage: 'Choose what is to be kept.' },
  noFields: { id: 'proposeForm.noFields', defaultMessage: 'Choose the fields to keep.' },
  noRow: { id: 'proposeForm.noRow', defaultMessage: 'Choose the entry, or hold all of them.' },
  noRowId: { id: 'proposeForm.noRowId', defaultMessage: 'An id is long and has four dashes.' },
  noBar: {
    id: 'proposeForm.noBar',
    defaultMessage:
      'You looked for an order that forbids telling the customer. Enter the first day on which they may know.',
  },
  ground: { id: 'proposeForm.ground', defaultMessage: 'Ground' },
  chooseGround: { id: 'proposeForm.chooseGround', defaultMessage: 'Choose a ground' },
  noGround: { id: 'proposeForm.noGround', defaultMessage: 'Choose the ground.' },
  reason: { id: 'proposeForm.reason', defaultMessage: 'Based on' },
  reasonHint: {
    id: 'proposeForm.reasonHint',
    defaultMessage:
      'In one line: which case, which order, which audit. The customer reads it with the hold, among their records.',
  },
  noReason: {
    id: 'proposeForm.noReason',
    defaultMessage: 'Say what it is based on, in at least 20 characters.',
  },
  note: { id: 'proposeForm.note', defaultMessage: 'Words to the customer' },
  noteHint: {
    id: 'proposeForm.noteHint',
    defaultMessage: 'Stands beside ground and end wherever the customer meets the hold.',
  },
  ends: { id: 'proposeForm.ends', defaultMessage: 'Last day of the hold' },
  endsHint: {
    id: 'proposeForm.endsHint',
    defaultMessage: 'Within twelve months. For longer, propose another one before it ends.',
  },
  noEnd: { id: 'proposeForm.noEnd', defaultMessage: 'Enter the day on which the hold ends.' },
  bar: { id: 'proposeForm.bar', defaultMessage: 'Told to the customer from' },
  barHint: {
    id: 'proposeForm.barHint',
    defaultMessage:
      'Only if the order forbids telling them before. Until that day, or a release, they see nothing of the hold nor of what is done about it. The proposal waits seven days for a second person; then it lapses and shows in their log.',
  },
  submit: { id: 'proposeForm.submit', defaultMessage: 'Propose this hold' },
});

const REASON_MIN = 20;
const REASON_MAX = 300;
const NOTE_MAX = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const isGround = (value: string): value is (typeof grounds)[number] =>
  grounds.some((ground) => ground === value);

/** What of the customer's is to be kept, on which ground, until when. */
export function ProposeForm({
  customer,
  silencedBy,
  onDone,
}: {
  customer: FoundCustomer;
  /** The order that forbids telling the customer of the look. */
  silencedBy: string | undefined;
  onDone: (reference: string) => void;
}) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const propose = trpc.oversight.proposeHold.useMutation();
  const [ground, setGround] = useState<string>(silencedBy ? 'authority_order' : '');
  const { subjectId, name, email, country } = customer;
  return (
    <Section title={intl.formatMessage(text.title, { name, email, country: countryName(country) })}>
      <Form
        label={intl.formatMessage(text.submit)}
        submit={intl.formatMessage(text.submit)}
        fieldOf={{
          HOLD_FINDS_NOTHING: 'table',
          HOLD_END_REFUSED: 'endsOn',
          HOLD_BAR_REFUSED: 'noticeOn',
        }}
        check={(
          { table, rows, entry, rowId = '', extent, ground: chosen = '', reason = '', ...given },
          form,
        ) => ({
          table: !table && intl.formatMessage(text.noTable),
          entry: rows === 'one' && !entry && intl.formatMessage(text.noRow),
          rowId: rows === 'gone' && !UUID.test(rowId.trim()) && intl.formatMessage(text.noRowId),
          fields:
            extent === 'some' &&
            form.getAll('fields').length === 0 &&
            intl.formatMessage(text.noFields),
          ground: !isGround(chosen) && intl.formatMessage(text.noGround),
          reason: reason.trim().length < REASON_MIN && intl.formatMessage(text.noReason),
          endsOn: !given.endsOn && intl.formatMessage(text.noEnd),
          noticeOn:
            silencedBy !== undefined &&
            chosen === 'authority_order' &&
            !given.noticeOn &&
            intl.formatMessage(text.noBar),
        })}
        onSubmit={async (
          { table = '', rows, entry, rowId, reason = '', note = '', endsOn = '', noticeOn = '' },
          form,
        ) => {
          if (!isGround(ground)) return;
          const row = rows === 'one' ? entry : rows === 'gone' ? rowId?.trim().toLowerCase() : null;
          const fields = form.getAll('fields').map(String);
          const wish = {
            subjectId,
            table,
            ground,
            reason: reason.trim(),
            endsOn,
            ...(row ? { rowId: row } : {}),
            ...(fields.length > 0 ? { fields } : {}),
            ...(note.trim() ? { note: note.trim() } : {}),
            ...(noticeOn ? { noticeOn } : {}),
          };
          const { reference } = await withStepUp('ordinary', () => propose.mutateAsync(wish));
          await utils.oversight.holds.invalidate();
          onDone(reference);
        }}
      >
        <HoldScope customer={customer} silencedBy={silencedBy} />
        <Select
          name="ground"
          label={intl.formatMessage(text.ground)}
          value={ground}
          onChange={setGround}
          choices={[
            { value: '', label: intl.formatMessage(text.chooseGround) },
            ...grounds.map((value) => ({ value, label: groundWords(intl, value) })),
          ]}
        />
        <TextField
          name="reason"
          label={intl.formatMessage(text.reason)}
          hint={intl.formatMessage(text.reasonHint)}
          autoComplete="off"
          maxLength={REASON_MAX}
        />
        <TextArea
          name="note"
          optional
          label={intl.formatMessage(text.note)}
          hint={intl.formatMessage(text.noteHint)}
          min={0}
          max={NOTE_MAX}
        />
        <TextField
          name="endsOn"
          type="date"
          label={intl.formatMessage(text.ends)}
          hint={intl.formatMessage(text.endsHint)}
        />
        {ground === 'authority_order' && (
          <TextField
            name="noticeOn"
            type="date"
            optional
            label={intl.formatMessage(text.bar)}
            hint={intl.formatMessage(text.barHint)}
          />
        )}
      </Form>
    </Section>
  );
}

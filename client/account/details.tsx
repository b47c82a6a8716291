import { useIntl } from 'react-intl';
import { provenanceOf } from '../access/provenance.ts';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { useReadOnly } from '../lib/read-only.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { Fact, Facts } from '../ui/facts.tsx';
import { Tag } from '../ui/tag.tsx';
import { CorrectField } from './correct-field.tsx';
import { valueWords } from './field-choices.ts';
import { fieldText, type PersonalField } from './field-text.ts';

const text = defineMessages({
  change: { id: 'account.change', defaultMessage: 'Change' },
  email: { id: 'account.email', defaultMessage: 'E-mail address' },
  pending: {
    id: 'account.pending',
    defaultMessage: '{pending}: confirm it by the link we mailed there, until {until}.',
  },
  waiting: { id: 'account.waiting', defaultMessage: 'New address' },
  deletes: { id: 'account.deletes', defaultMessage: 'with your account' },
  saved: { id: 'account.saved', defaultMessage: '{field} was changed.' },
});

type DetailProps = {
  field: PersonalField;
  editing: boolean;
  onChange: () => void;
  onDone: (message: string) => Promise<void>;
  onCancel: () => void;
};

/** One fact; the form that changes it opens right under it. */
export function Detail({ field, editing, onChange, onDone, onCancel }: DetailProps) {
  const intl = useIntl();
  const readOnly = useReadOnly();
  const name = intl.formatMessage(fieldText[field.field]);
  return (
    <>
      <Facts>
        <Fact
          name={name}
          value={field.value === null ? null : valueWords(intl, field.field, field.value)}
          action={
            !readOnly && (
              <Button look="quiet" hiddenName={name} onClick={onChange}>
                {intl.formatMessage(text.change)}
              </Button>
            )
          }
          provenance={provenanceOf(field.about, intl.formatMessage(text.deletes))}
        />
      </Facts>
      {editing && (
        <CorrectField
          field={field}
          onDone={() => onDone(intl.formatMessage(text.saved, { field: name }))}
          onCancel={onCancel}
        />
      )}
    </>
  );
}

/** The address; a new one stands beside it until its mailbox has answered. */
export function EmailFact({
  email,
  onChange,
}: {
  email: Outputs['account']['get']['email'];
  onChange: () => void;
}) {
  const intl = useIntl();
  const readOnly = useReadOnly();
  const { value, pending, about } = email;
  return (
    <Fact
      name={intl.formatMessage(text.email)}
      value={
        <>
          {value}
          {pending && (
            <p>
              <Tag tone="warn">{intl.formatMessage(text.waiting)}</Tag>{' '}
              {intl.formatMessage(text.pending, {
                pending: pending.address,
                until: formatDateTime(pending.expiresAt),
              })}
            </p>
          )}
        </>
      }
      action={
        !readOnly && (
          <Button look="quiet" hiddenName={intl.formatMessage(text.email)} onClick={onChange}>
            {intl.formatMessage(text.change)}
          </Button>
        )
      }
      provenance={provenanceOf(about, intl.formatMessage(text.deletes))}
    />
  );
}

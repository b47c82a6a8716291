import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDate } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { CoolDown, useCoolDown } from '../security/cool-down.tsx';
import { LinkButton } from '../ui/button.tsx';
import { Checkbox, Select } from '../ui/choice.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Form } from '../ui/form.tsx';
import { Loading } from '../ui/loading.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { TextField } from '../ui/text-field.tsx';
import { ConfirmsAsked } from './confirms-asked.tsx';
import styles from './delete-confirm-page.module.css';
import { DeletionAsked } from './deletion-asked.tsx';

const text = defineMessages({
  title: { id: 'deleteConfirm.title', defaultMessage: 'Confirm the deletion' },
  lede: {
    id: 'deleteConfirm.lede',
    defaultMessage:
      '{deleted, plural, one {# entry} other {# entries}} will be deleted, and {kept, number} kept because law asks, as the page before lists them.',
  },
  back: { id: 'deleteConfirm.back', defaultMessage: 'What would be deleted' },
  hash: {
    id: 'deleteConfirm.hash',
    defaultMessage: 'You confirm exactly this plan. Its SHA-256, which the receipt repeats:',
  },
  days: { id: 'deleteConfirm.days', defaultMessage: 'Time to think it over' },
  daysHint: {
    id: 'deleteConfirm.daysHint',
    defaultMessage:
      'Until then your account is read-only and you can cancel on any page. After it, nothing can be brought back.',
  },
  atOnce: { id: 'deleteConfirm.atOnce', defaultMessage: 'None: delete at once' },
  day: {
    id: 'deleteConfirm.day',
    defaultMessage: '{count, plural, one {# day} other {# days}}: until {date}',
  },
  email: { id: 'deleteConfirm.email', defaultMessage: 'Type your e-mail address' },
  emailHint: { id: 'deleteConfirm.emailHint', defaultMessage: 'The address you sign in with.' },
  emailMissing: {
    id: 'deleteConfirm.emailMissing',
    defaultMessage: 'Type the address you sign in with.',
  },
  understood: {
    id: 'deleteConfirm.understood',
    defaultMessage:
      'I understand that any API keys of mine stop working now, that running GPU sessions end when the deletion starts, and that nothing can be restored afterwards.',
  },
  understoodMissing: {
    id: 'deleteConfirm.understoodMissing',
    defaultMessage: 'Confirm that you understand this.',
  },
  keep: { id: 'deleteConfirm.keep', defaultMessage: 'Keep my account' },
  submit: { id: 'deleteConfirm.submit', defaultMessage: 'Delete my account' },
  changed: {
    id: 'deleteConfirm.changed',
    defaultMessage:
      'Something changed since the page was loaded. Look at the numbers again, then confirm.',
  },
});

type Confirmed = Outputs['requests']['confirmErasure'];
const DAY_MS = 86_400_000;

/** The last step of asking for a deletion: what, until when, by whom. */
export default function DeleteConfirmPage() {
  const intl = useIntl();
  const preview = trpc.requests.previewErasure.useQuery(
    {},
    { staleTime: 0, refetchOnWindowFocus: false },
  );
  const [confirmed, setConfirmed] = useState<Confirmed | null>(null);
  const coolDown = useCoolDown();
  if (confirmed) return <DeletionAsked confirmed={confirmed} />;
  const back = <Link to="/delete">{intl.formatMessage(text.back)}</Link>;
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        back={back}
        lede={
          preview.data &&
          intl.formatMessage(text.lede, {
            deleted: preview.data.totals.deleted,
            kept: preview.data.totals.kept,
          })
        }
      />
      {preview.isPending && <Loading lines={8} />}
      {preview.isError && <ErrorState error={preview.error} onRetry={() => preview.refetch()} />}
      {coolDown && <CoolDown closed={coolDown} />}
      {preview.data?.asked && <ConfirmsAsked asked={preview.data.asked} />}
      {preview.data && !coolDown && (
        <Confirm
          preview={preview.data}
          onConfirmed={setConfirmed}
          onStale={() => preview.refetch()}
        />
      )}
    </>
  );
}

function Confirm({
  preview,
  onConfirmed,
  onStale,
}: {
  preview: Outputs['requests']['previewErasure'];
  onConfirmed: (confirmed: Confirmed) => void;
  onStale: () => unknown;
}) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const confirm = trpc.requests.confirmErasure.useMutation({ onError: () => onStale() });
  const { min, max, initial } = preview.grace;
  const start = new Date(preview.asOf).getTime();
  return (
    <Form
      submit={intl.formatMessage(text.submit)}
      submitLook="danger"
      actions={<LinkButton to="/">{intl.formatMessage(text.keep)}</LinkButton>}
      check={({ email, understood }) => ({
        email: !email?.trim() && intl.formatMessage(text.emailMissing),
        understood: understood !== 'yes' && intl.formatMessage(text.understoodMissing),
      })}
      fieldOf={{ EMAIL_DOES_NOT_MATCH: 'email', INPUT_REFUSED: 'email' }}
      says={{
        PLAN_CHANGED: intl.formatMessage(text.changed),
        INPUT_REFUSED: intl.formatMessage(text.emailMissing),
      }}
      onSubmit={async ({ email = '', graceDays = '' }) => {
        const { planHash, asked } = preview;
        const done = await withStepUp('erasure_confirm', () =>
          confirm.mutateAsync({
            planHash,
            email,
            graceDays: Number(graceDays),
            acknowledged: true,
            ...(asked ? { confirms: asked.reference } : {}),
          }),
        );
        onConfirmed(done);
        await utils.invalidate();
      }}
    >
      <Select
        name="graceDays"
        label={intl.formatMessage(text.days)}
        hint={intl.formatMessage(text.daysHint)}
        defaultValue={String(initial)}
        choices={Array.from({ length: max - min + 1 }, (_day, index) => min + index).map(
          (count) => ({
            value: String(count),
            label:
              count === 0
                ? intl.formatMessage(text.atOnce)
                : intl.formatMessage(text.day, {
                    count,
                    date: formatDate(new Date(start + count * DAY_MS)),
                  }),
          }),
        )}
      />
      <TextField
        name="email"
        type="email"
        autoComplete="email"
        label={intl.formatMessage(text.email)}
        hint={intl.formatMessage(text.emailHint)}
      />
      <Checkbox name="understood" value="yes" label={intl.formatMessage(text.understood)} />
      <p className={styles.hash}>
        {intl.formatMessage(text.hash)} <code>{preview.planHash}</code>
      </p>
    </Form>
  );
}

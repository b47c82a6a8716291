import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import type { Outputs } from '../lib/trpc.ts';
import { Panel } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';

const text = defineMessages({
  title: { id: 'cookieRegister.title', defaultMessage: 'Every cookie this portal can set' },
  name: { id: 'cookieRegister.name', defaultMessage: 'Name' },
  category: { id: 'cookieRegister.category', defaultMessage: 'Category' },
  purpose: { id: 'cookieRegister.purpose', defaultMessage: 'What for' },
  setBy: { id: 'cookieRegister.setBy', defaultMessage: 'Set by' },
  us: { id: 'cookieRegister.us', defaultMessage: 'EaseLLM' },
  life: { id: 'cookieRegister.life', defaultMessage: 'How long' },
  session: { id: 'cookieRegister.session', defaultMessage: 'Until you close the browser' },
  days: { id: 'cookieRegister.days', defaultMessage: '{days, plural, one {# day} other {# days}}' },
  essential: { id: 'cookieRegister.essential', defaultMessage: 'Essential' },
  functional: { id: 'cookieRegister.functional', defaultMessage: 'Functional' },
  statistics: { id: 'cookieRegister.statistics', defaultMessage: 'Statistics' },
});

const DAY_SECONDS = 86_400;

/** The register the server sets cookies from; no other way to set one exists. */
export function CookieRegister({
  register,
}: {
  register: Outputs['consent']['cookies']['register'];
}) {
  const intl = useIntl();
  const lifeOf = (seconds: number | null) =>
    seconds === null
      ? intl.formatMessage(text.session)
      : intl.formatMessage(text.days, { days: Math.round(seconds / DAY_SECONDS) });

  return (
    <Panel title={intl.formatMessage(text.title)}>
      <Table
        caption={intl.formatMessage(text.title)}
        captionHidden
        rows={register}
        rowKey={(row) => row.name}
        columns={[
          {
            key: 'name',
            head: intl.formatMessage(text.name),
            rowHead: true,
            cell: (row) => <code>{row.name}</code>,
          },
          {
            key: 'category',
            head: intl.formatMessage(text.category),
            cell: (row) => intl.formatMessage(text[row.category]),
          },
          { key: 'purpose', head: intl.formatMessage(text.purpose), cell: (row) => row.purpose },
          {
            key: 'setBy',
            head: intl.formatMessage(text.setBy),
            cell: () => intl.formatMessage(text.us),
          },
          { key: 'life', head: intl.formatMessage(text.life), cell: (row) => lifeOf(row.maxAge) },
        ]}
      />
    </Panel>
  );
}

import { useState } from 'react';
import { useIntl } from 'react-intl';
import { formatDate, formatNumber } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Form } from '../ui/form.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice, SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Panel, Section } from '../ui/panel.tsx';
import { Table } from '../ui/table.tsx';
import { Tag } from '../ui/tag.tsx';
import { Small, Stack } from '../ui/text.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { Time } from '../ui/time.tsx';

const text = defineMessages({
  title: { id: 'services.title', defaultMessage: 'Services' },
  lede: {
    id: 'services.lede',
    defaultMessage:
      'Systems of ours that call this portal: what each may call, for which purpose, about how many people a day, and the keys that sign its calls. A call without a scope is refused and recorded.',
  },
  scopes: { id: 'services.scopes', defaultMessage: 'What {name} may call' },
  nothing: { id: 'services.nothing', defaultMessage: '{name} may call nothing' },
  nothingText: {
    id: 'services.nothingText',
    defaultMessage:
      'Each of its calls is refused and recorded. What it may call is allowed at the terminal, with the command services allow.',
  },
  procedure: { id: 'services.procedure', defaultMessage: 'Procedure' },
  purposes: { id: 'services.purposes', defaultMessage: 'Purposes' },
  people: { id: 'services.people', defaultMessage: 'People a day' },
  keys: { id: 'services.keys', defaultMessage: 'Keys of {name}' },
  noKey: {
    id: 'services.noKey',
    defaultMessage: 'No key is active: {name} can call nothing until you add one.',
  },
  key: { id: 'services.key', defaultMessage: 'Key' },
  state: { id: 'services.state', defaultMessage: 'State' },
  active: { id: 'services.active', defaultMessage: 'Active' },
  retired: { id: 'services.retired', defaultMessage: 'Retired' },
  added: { id: 'services.added', defaultMessage: 'Added' },
  used: { id: 'services.used', defaultMessage: 'Last used' },
  never: { id: 'services.never', defaultMessage: 'Never' },
  act: { id: 'services.act', defaultMessage: 'Action' },
  retire: { id: 'services.retire', defaultMessage: 'Retire' },
  retireTitle: { id: 'services.retireTitle', defaultMessage: 'Retire the key {key}' },
  retireText: {
    id: 'services.retireText',
    defaultMessage:
      'The next call that it signs is refused. It cannot be made active again. Make sure that the service signs with another key.',
  },
  retireLast: {
    id: 'services.retireLast',
    defaultMessage:
      'This is the only active key of {name}. Once it is retired, {name} can call nothing until you add a new key. It cannot be made active again.',
  },
  retireDone: { id: 'services.retireDone', defaultMessage: 'The key {key} is retired.' },
  rotate: { id: 'services.rotate', defaultMessage: 'Add a key for {name}' },
  publicKey: { id: 'services.publicKey', defaultMessage: 'Public key' },
  publicHint: {
    id: 'services.publicHint',
    defaultMessage:
      'Ed25519, PEM, the public half alone. It works beside the key in use, until you retire that one.',
  },
  missing: { id: 'services.missing', defaultMessage: 'Paste the public key.' },
  refused: {
    id: 'services.refused',
    defaultMessage: 'This is not an Ed25519 public key in PEM. Never paste a private key.',
  },
  two: {
    id: 'services.two',
    defaultMessage: 'Two keys are active already. Retire one of them first.',
  },
  submit: { id: 'services.submit', defaultMessage: 'Add this key' },
  rotateDone: { id: 'services.rotateDone', defaultMessage: 'The key {key} is active.' },
});

type Service = Outputs['services']['list']['services'][number];
const PEM_MAX = 1_000;

/** Who of our own systems may call what, and with which keys. */
export default function ServicesPage() {
  const intl = useIntl();
  const list = trpc.services.list.useQuery({});
  const [done, setDone] = useState<string | null>(null);
  return (
    <>
      {done && <SuccessBanner key={done}>{done}</SuccessBanner>}
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {list.isPending && <Loading lines={8} />}
      {list.isError && <ErrorState error={list.error} onRetry={() => list.refetch()} />}
      {list.data?.services.map((service) => (
        <Section key={service.id} title={service.name}>
          <p>{service.about}</p>
          <Scopes service={service} />
          <Keys service={service} onDone={setDone} />
          <Rotate service={service} onDone={setDone} />
        </Section>
      ))}
    </>
  );
}

function Scopes({ service: { name, scopes } }: { service: Service }) {
  const intl = useIntl();
  return (
    <Panel title={intl.formatMessage(text.scopes, { name })}>
      {scopes.length === 0 ? (
        <EmptyState title={intl.formatMessage(text.nothing, { name })}>
          {intl.formatMessage(text.nothingText)}
        </EmptyState>
      ) : (
        <Table
          captionHidden
          caption={intl.formatMessage(text.scopes, { name })}
          rows={scopes}
          rowKey={({ procedure }) => procedure}
          columns={[
            {
              key: 'procedure',
              head: intl.formatMessage(text.procedure),
              rowHead: true,
              cell: ({ procedure }) => <code>{procedure}</code>,
            },
            {
              key: 'purposes',
              head: intl.formatMessage(text.purposes),
              cell: ({ purposes }) => (
                <Stack gap="tight">
                  {purposes.map(({ code, text: words }) => (
                    <span key={code}>
                      {words}{' '}
                      <Small>
                        <code>{code}</code>
                      </Small>
                    </span>
                  ))}
                </Stack>
              ),
            },
            {
              key: 'people',
              head: intl.formatMessage(text.people),
              numeric: true,
              cell: ({ maxSubjectsPerDay }) => formatNumber(maxSubjectsPerDay),
            },
          ]}
        />
      )}
    </Panel>
  );
}

type Acting = { service: Service; onDone: (words: string) => void };

function Keys({ service: { name, keys }, onDone }: Acting) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const retire = trpc.services.retire.useMutation();
  const [chosen, setChosen] = useState<string | null>(null);
  const active = keys.filter(({ status }) => status === 'active').length;
  return (
    <>
      {active === 0 && <Notice tone="warn">{intl.formatMessage(text.noKey, { name })}</Notice>}
      <Panel title={intl.formatMessage(text.keys, { name })}>
        <Table
          captionHidden
          caption={intl.formatMessage(text.keys, { name })}
          rows={keys}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'key',
              head: intl.formatMessage(text.key),
              rowHead: true,
              cell: ({ id }) => <code>{id}</code>,
            },
            {
              key: 'state',
              head: intl.formatMessage(text.state),
              cell: ({ status }) => (
                <Tag tone={status === 'active' ? 'good' : 'neutral'}>
                  {intl.formatMessage(text[status])}
                </Tag>
              ),
            },
            {
              key: 'added',
              head: intl.formatMessage(text.added),
              cell: ({ createdAt }) => formatDate(createdAt),
            },
            {
              key: 'used',
              head: intl.formatMessage(text.used),
              cell: ({ lastUsedAt }) =>
                lastUsedAt ? <Time at={lastUsedAt} short /> : intl.formatMessage(text.never),
            },
            {
              key: 'act',
              head: intl.formatMessage(text.act),
              cell: ({ id, status }) =>
                status === 'active' && (
                  <Button look="quiet-danger" hiddenName={id} onClick={() => setChosen(id)}>
                    {intl.formatMessage(text.retire)}
                  </Button>
                ),
            },
          ]}
        />
      </Panel>
      {chosen && (
        <ConfirmDialog
          danger
          title={intl.formatMessage(text.retireTitle, { key: chosen })}
          confirm={intl.formatMessage(text.retire)}
          onClose={() => setChosen(null)}
          onConfirm={async () => {
            await withStepUp('ordinary', () => retire.mutateAsync({ keyId: chosen }));
            await utils.services.list.invalidate();
            onDone(intl.formatMessage(text.retireDone, { key: chosen }));
          }}
        >
          <p>{intl.formatMessage(active === 1 ? text.retireLast : text.retireText, { name })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Rotate({ service: { id: serviceId, name }, onDone }: Acting) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const rotate = trpc.services.rotate.useMutation();
  const field = `key-${serviceId}`;
  return (
    <Disclosure summary={intl.formatMessage(text.rotate, { name })}>
      <Form
        label={intl.formatMessage(text.rotate, { name })}
        submit={intl.formatMessage(text.submit)}
        submitLook="plain"
        resets
        fieldOf={{ INPUT_REFUSED: field, NOT_ALLOWED: field, PUBLIC_KEY_KNOWN: field }}
        says={{
          INPUT_REFUSED: intl.formatMessage(text.refused),
          NOT_ALLOWED: intl.formatMessage(text.two),
        }}
        check={(values) => ({
          [field]: !(values[field] ?? '').trim() && intl.formatMessage(text.missing),
        })}
        onSubmit={async (values) => {
          const wish = { serviceId, publicKey: (values[field] ?? '').trim() };
          const { keyId } = await withStepUp('ordinary', () => rotate.mutateAsync(wish));
          await utils.services.list.invalidate();
          onDone(intl.formatMessage(text.rotateDone, { key: keyId }));
        }}
      >
        <TextArea
          name={field}
          label={intl.formatMessage(text.publicKey)}
          hint={intl.formatMessage(text.publicHint)}
          min={0}
          max={PEM_MAX}
        />
      </Form>
    </Disclosure>
  );
}

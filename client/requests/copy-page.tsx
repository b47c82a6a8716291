import { useNavigate } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { formatDateTime, formatNumber, rounded } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { type Inputs, type Outputs, trpc } from '../lib/trpc.ts';
import { CoolDown, useCoolDown } from '../security/cool-down.tsx';
import { LinkButton } from '../ui/button.tsx';
import { CheckboxGroup } from '../ui/choice.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Form } from '../ui/form.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ConfirmsAsked } from './confirms-asked.tsx';

const text = defineMessages({
  title: { id: 'copy.title', defaultMessage: 'Take a copy' },
  lede: {
    id: 'copy.lede',
    defaultMessage:
      'One archive with everything you choose, as JSON and CSV for programs and as one page for you. It can be downloaded for 7 days, or until a deletion you asked for begins.',
  },
  which: { id: 'copy.which', defaultMessage: 'What to include' },
  hint: {
    id: 'copy.hint',
    defaultMessage:
      'Everything is chosen. Take out what you do not need. Other systems that your choice concerns give all they hold about you.',
  },
  chapter: {
    id: 'copy.chapter',
    defaultMessage: '{tables}; {rows, plural, one {# entry} other {# entries}}',
  },
  chapterMore: { id: 'copy.chapterMore', defaultMessage: '{tables}; more than {rows} entries' },
  none: { id: 'copy.none', defaultMessage: 'Choose at least one category.' },
  asked: {
    id: 'copy.asked',
    defaultMessage: 'Chosen is what was asked for. You can change it.',
  },
  confirm: { id: 'copy.confirm', defaultMessage: 'Confirm and start the copy' },
  submit: { id: 'copy.submit', defaultMessage: 'Start the copy' },
  open: { id: 'copy.open', defaultMessage: 'A copy is being made' },
  openText: {
    id: 'copy.openText',
    defaultMessage: 'You can start another when {reference} is done.',
  },
  see: { id: 'copy.see', defaultMessage: 'See how far it is' },
  limit: { id: 'copy.limit', defaultMessage: 'You took three copies within a day' },
  limitText: { id: 'copy.limitText', defaultMessage: 'The next can be started from {when}.' },
});

type Choices = Outputs['requests']['copyChoices'];

/** Chooses what goes into a copy and starts it. */
export default function CopyPage() {
  const intl = useIntl();
  const choices = trpc.requests.copyChoices.useQuery({});
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {choices.isPending && <Loading lines={8} />}
      {choices.isError && <ErrorState error={choices.error} onRetry={() => choices.refetch()} />}
      {choices.data && <Start choices={choices.data} />}
    </>
  );
}

function Start({ choices: { chapters, open, nextAt, asked } }: { choices: Choices }) {
  const intl = useIntl();
  const navigate = useNavigate();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const ask = trpc.requests.askCopy.useMutation();
  const coolDown = useCoolDown();
  if (open !== null) {
    return (
      <Notice
        title={intl.formatMessage(text.open)}
        actions={
          <LinkButton to="/requests/$reference" params={{ reference: open }}>
            {intl.formatMessage(text.see)}
          </LinkButton>
        }
      >
        <p>{intl.formatMessage(text.openText, { reference: open })}</p>
      </Notice>
    );
  }
  if (coolDown !== null) return <CoolDown closed={coolDown} />;
  if (nextAt !== null) {
    return (
      <Notice tone="warn" title={intl.formatMessage(text.limit)}>
        <p>{intl.formatMessage(text.limitText, { when: formatDateTime(nextAt) })}</p>
      </Notice>
    );
  }
  return (
    <>
      {asked && <ConfirmsAsked asked={asked} />}
      <Form
        submit={intl.formatMessage(asked ? text.confirm : text.submit)}
        check={(_values, form) => ({
          sections: form.getAll('sections').length === 0 && intl.formatMessage(text.none),
        })}
        onSubmit={async (_values, form) => {
          const sections = form
            .getAll('sections')
            .map(String) as Inputs['requests']['askCopy']['sections'];
          const wish = asked ? { sections, confirms: asked.reference } : { sections };
          const { reference } = await withStepUp('ordinary', () => ask.mutateAsync(wish));
          await navigate({ to: '/requests/$reference', params: { reference } });
          // Of one that support asked for, pages that were seen before say that it waits.
          await utils.requests.invalidate();
        }}
      >
        <CheckboxGroup
          name="sections"
          label={intl.formatMessage(text.which)}
          hint={intl.formatMessage(asked ? text.asked : text.hint)}
          defaultValues={asked?.sections ?? chapters.map(({ section }) => section)}
          choices={chapters.map(({ section, title, tables }) => {
            const rows = tables.reduce((sum, table) => sum + table.rows, 0);
            const names = tables.map((table) => table.title).join(', ');
            const more = tables.some((table) => table.more);
            return {
              value: section,
              label: title,
              hint: intl.formatMessage(more ? text.chapterMore : text.chapter, {
                tables: names,
                rows: more ? formatNumber(rounded(rows)) : rows,
              }),
            };
          })}
        />
      </Form>
    </>
  );
}

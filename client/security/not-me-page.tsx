import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { FormattedMessage, useIntl } from 'react-intl';
import { actionWords } from '../audit/action-text.ts';
import { formatDateTime } from '../lib/format.ts';
import { defineMessages } from '../lib/messages.ts';
import { useStepUp } from '../lib/step-up.tsx';
import { type Outputs, trpc } from '../lib/trpc.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Select } from '../ui/choice.tsx';
import { Form } from '../ui/form.tsx';
import { SuccessBanner } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Row, Stack } from '../ui/text.tsx';
import { TextArea } from '../ui/text-area.tsx';
import { ChangePassword } from './change-password.tsx';

const text = defineMessages({
  title: { id: 'notMe.title', defaultMessage: 'This wasn’t me' },
  lede: {
    id: 'notMe.lede',
    defaultMessage:
      'One press puts everybody else out of your account, and tells our support. We ask for your second factor.',
  },
  back: { id: 'notMe.back', defaultMessage: 'Security' },
  happens: { id: 'notMe.happens', defaultMessage: 'What happens at once' },
  sessions: {
    id: 'notMe.sessions',
    defaultMessage:
      '{others, plural, =0 {Nobody else is signed in; should somebody be by then, they are signed out} one {The other session is ended} other {All # other sessions are ended}}. You stay signed in here.',
  },
  places: {
    id: 'notMe.places',
    defaultMessage:
      'Browsers and networks we knew are forgotten: nobody has an easier way in there.',
  },
  links: {
    id: 'notMe.links',
    defaultMessage:
      'New e-mail addresses that were asked for, links that we mailed, and a case about lost sign-in devices end.',
  },
  support: {
    id: 'notMe.support',
    defaultMessage:
      'A case is opened for our support, with the entry; whoever did it does not judge it.',
  },
  stays: {
    id: 'notMe.stays',
    defaultMessage:
      'Your password and your second factor stay as they are: you change them next. Nothing of your data is deleted.',
  },
  which: { id: 'notMe.which', defaultMessage: 'What was not you?' },
  other: { id: 'notMe.other', defaultMessage: 'Something else' },
  theSession: { id: 'notMe.theSession', defaultMessage: 'A sign-in on {device}, {since}' },
  entry: { id: 'notMe.entry', defaultMessage: '{what}, {when}' },
  words: { id: 'notMe.words', defaultMessage: 'What support should know' },
  submit: { id: 'notMe.submit', defaultMessage: 'Sign all others out' },
  done: {
    id: 'notMe.done',
    defaultMessage:
      '{ended, plural, =0 {Nobody else was signed in} one {One other session was ended} other {# other sessions were ended}}. Support was told.',
  },
  doneTitle: { id: 'notMe.doneTitle', defaultMessage: 'Now change your password' },
  doneLede: {
    id: 'notMe.doneLede',
    defaultMessage:
      'Whoever was in may know it. Then look whether every way to sign in is yours. Our answer comes in case {case}.',
  },
  changed: {
    id: 'notMe.changed',
    defaultMessage: 'Your password was changed. Look now whether every way to sign in is yours.',
  },
  factors: { id: 'notMe.factors', defaultMessage: 'Look at the ways to sign in' },
  change: { id: 'notMe.change', defaultMessage: 'Change password' },
});

type Raised = Outputs['alarm']['raise'];

/** Says what one press will do, does it, and leads to what only the person can do. */
export default function NotMePage() {
  const [raised, setRaised] = useState<Raised | null>(null);
  return raised ? <Next raised={raised} /> : <Ask onRaised={setRaised} />;
}

function Ask({ onRaised }: { onRaised: (raised: Raised) => void }) {
  const intl = useIntl();
  const withStepUp = useStepUp();
  const utils = trpc.useUtils();
  const wish = useSearch({ from: '/inside/security/not-me' });
  const sessions = trpc.auth.sessions.useQuery({});
  const activity = trpc.auth.securityActivity.useQuery({});
  const raise = trpc.alarm.raise.useMutation();
  const others = sessions.data?.filter(({ current }) => !current) ?? [];
  const choices = [
    ...others.map(({ handle, device, signedInAt }) => ({
      value: `session ${handle}`,
      label: intl.formatMessage(text.theSession, { device, since: formatDateTime(signedInAt) }),
    })),
    ...(activity.data ?? []).map((row) => ({
      value: `event ${row.id}`,
      label: intl.formatMessage(text.entry, {
        what: actionWords(intl, row),
        when: formatDateTime(row.occurredAt),
      }),
    })),
    { value: '', label: intl.formatMessage(text.other) },
  ];
  const named = wish.event ? `event ${wish.event}` : wish.session ? `session ${wish.session}` : '';
  const chosen = choices.some(({ value }) => value === named) ? named : '';
  return (
    <>
      <PageHead
        title={intl.formatMessage(text.title)}
        lede={intl.formatMessage(text.lede)}
        back={<Link to="/security">{intl.formatMessage(text.back)}</Link>}
      />
      <Stack gap="tight">
        <h2>{intl.formatMessage(text.happens)}</h2>
        <ul>
          <li>{intl.formatMessage(text.sessions, { others: others.length })}</li>
          <li>{intl.formatMessage(text.places)}</li>
          <li>{intl.formatMessage(text.links)}</li>
          <li>{intl.formatMessage(text.support)}</li>
        </ul>
        <p>{intl.formatMessage(text.stays)}</p>
      </Stack>
      <Form
        submit={intl.formatMessage(text.submit)}
        onSubmit={async ({ which = '', words = '' }) => {
          const [kind, id] = which.split(' ');
          const about =
            kind === 'event' ? { event: id } : kind === 'session' ? { session: id } : {};
          const raised = await withStepUp('ordinary', () => raise.mutateAsync({ ...about, words }));
          await utils.auth.invalidate();
          onRaised(raised);
        }}
      >
        <Select
          // What the link named is chosen once it is known.
          key={`${choices.length} ${chosen}`}
          name="which"
          label={intl.formatMessage(text.which)}
          defaultValue={chosen}
          choices={choices}
        />
        <TextArea
          name="words"
          label={intl.formatMessage(text.words)}
          optional
          min={0}
          max={1_000}
        />
      </Form>
    </>
  );
}

function Next({ raised: { ended, reference } }: { raised: Raised }) {
  const intl = useIntl();
  const [changed, setChanged] = useState(false);
  const [changing, setChanging] = useState(true);
  return (
    <>
      <SuccessBanner key={String(changed)}>
        {changed ? intl.formatMessage(text.changed) : intl.formatMessage(text.done, { ended })}
      </SuccessBanner>
      <PageHead
        title={intl.formatMessage(text.doneTitle)}
        lede={
          <FormattedMessage
            {...text.doneLede}
            values={{
              case: (
                <Link to="/cases/$reference" params={{ reference }}>
                  {reference}
                </Link>
              ),
            }}
          />
        }
      />
      {changing && !changed && (
        <ChangePassword onDone={() => setChanged(true)} onCancel={() => setChanging(false)} />
      )}
      <Row>
        <LinkButton to="/security" {...(changed && { look: 'primary' as const })}>
          {intl.formatMessage(text.factors)}
        </LinkButton>
        {!changing && !changed && (
          <Button onClick={() => setChanging(true)}>{intl.formatMessage(text.change)}</Button>
        )}
      </Row>
    </>
  );
}

import { Link } from '@tanstack/react-router';
import { useIntl } from 'react-intl';
import { defineMessages } from '../lib/messages.ts';
import { trpc } from '../lib/trpc.ts';
import { CoolDown, useCoolDown } from '../security/cool-down.tsx';
import { LinkButton } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Row } from '../ui/text.tsx';
import { ConfirmsAsked } from './confirms-asked.tsx';
import { isBlocked, OpenMatters } from './open-matters.tsx';
import { PlanStatement, PlanSummary } from './plan-statement.tsx';
import { PlannedHolders } from './planned-holders.tsx';
import type { ErasurePreview } from './request-text.ts';

const text = defineMessages({
  title: { id: 'delete.title', defaultMessage: 'Delete your account' },
  lede: {
    id: 'delete.lede',
    defaultMessage:
      'What would be deleted, and what law makes us keep, counted now. Nothing happens on this page.',
  },
  instead: {
    id: 'delete.instead',
    defaultMessage:
      'You can also keep your account and <mail>turn off optional messages</mail>, <cookies>reject cookies</cookies> or <correct>correct what is wrong</correct>.',
  },
  go: { id: 'delete.go', defaultMessage: 'Continue' },
  blocked: {
    id: 'delete.blocked',
    defaultMessage: 'You can go on once the organisation above has another owner.',
  },
  copyFirst: { id: 'delete.copyFirst', defaultMessage: 'Take a copy first' },
  pending: { id: 'delete.pending', defaultMessage: 'Your account is already to be deleted' },
  see: { id: 'delete.see', defaultMessage: 'See {reference}' },
  copyNow: { id: 'delete.copyNow', defaultMessage: 'Take a copy before it starts' },
});

/** The plan of a deletion: the same that would run. */
export default function DeletePage() {
  const intl = useIntl();
  const me = trpc.auth.me.useQuery({});
  const preview = trpc.requests.previewErasure.useQuery({}, { staleTime: 0 });
  return (
    <>
      <PageHead title={intl.formatMessage(text.title)} lede={intl.formatMessage(text.lede)} />
      {me.data?.deletion && (
        <Notice
          tone="warn"
          title={intl.formatMessage(text.pending)}
          actions={
            <Row>
              <LinkButton
                to="/requests/$reference"
                params={{ reference: me.data.deletion.reference }}
              >
                {intl.formatMessage(text.see, { reference: me.data.deletion.reference })}
              </LinkButton>
              <LinkButton to="/copy">{intl.formatMessage(text.copyNow)}</LinkButton>
            </Row>
          }
        />
      )}
      {preview.isPending && <Loading lines={10} />}
      {preview.isError && <ErrorState error={preview.error} onRetry={() => preview.refetch()} />}
      {preview.data && <Plan preview={preview.data} />}
    </>
  );
}

function Plan({ preview }: { preview: ErasurePreview }) {
  const intl = useIntl();
  const blocked = isBlocked(preview);
  const coolDown = useCoolDown();
  return (
    <>
      {coolDown && <CoolDown closed={coolDown} />}
      {preview.asked && <ConfirmsAsked asked={preview.asked} />}
      {preview.openRequest === null && <ToDecide preview={preview} />}
      <OpenMatters preview={preview} />
      <PlanStatement preview={preview} />
      <PlannedHolders holders={preview.holders} />
      {preview.openRequest === null && blocked && <p>{intl.formatMessage(text.blocked)}</p>}
      {preview.openRequest === null && !coolDown && (
        <Row>
          {!blocked && (
            <LinkButton to="/delete/confirm" look="primary">
              {intl.formatMessage(text.go)}
            </LinkButton>
          )}
          <LinkButton to="/copy">{intl.formatMessage(text.copyFirst)}</LinkButton>
        </Row>
      )}
    </>
  );
}

/** For who has not asked yet: what comes of it in short, and what else they could do. */
function ToDecide({ preview }: { preview: ErasurePreview }) {
  const intl = useIntl();
  return (
    <>
      <PlanSummary preview={preview} />
      <p>
        {intl.formatMessage(text.instead, {
          mail: (words) => (
            <Link key="mail" to="/communication">
              {words}
            </Link>
          ),
          cookies: (words) => (
            <Link key="cookies" to="/cookies">
              {words}
            </Link>
          ),
          correct: (words) => (
            <Link key="correct" to="/account">
              {words}
            </Link>
          ),
        })}
      </p>
    </>
  );
}

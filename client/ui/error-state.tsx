import { FormattedMessage } from 'react-intl';
import { door } from '../lib/door.ts';
import { refusalDetail } from '../lib/refusal.ts';
import { refusalSentence } from '../lib/refusal-text.ts';
import { Button } from './button.tsx';
import { uiText } from './messages.ts';
import { Notice } from './notice.tsx';
import { Small } from './text.tsx';

type ErrorStateProps = {
  error: unknown;
  /** Loads it again; left out where that cannot help. */
  onRetry?: () => unknown;
};

/** In place of what could not be loaded, or may not be: why, the reference to find it by, another try. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const { requestId, code } = refusalDetail(error);
  // What is outside the scope of a view stays outside; each try stands in the customer's log.
  const mayRetry = code !== 'NOT_IN_SCOPE' && code !== 'NOT_WHILE_IMPERSONATING';
  return (
    <div role="alert">
      <Notice
        tone={mayRetry ? 'bad' : 'warn'}
        title={<FormattedMessage {...(mayRetry ? uiText.loadFailed : uiText.notInView)} />}
        actions={
          onRetry &&
          mayRetry && (
            <Button onClick={() => void onRetry()}>
              <FormattedMessage {...uiText.retry} />
            </Button>
          )
        }
      >
        <p>{refusalSentence(error)}</p>
        {requestId && mayRetry && (
          <p>
            <Small>
              <FormattedMessage
                {...(door === 'portal' ? uiText.reference : uiText.deskReference)}
                values={{ id: <code key="id">{requestId}</code> }}
              />
            </Small>
          </p>
        )}
      </Notice>
    </div>
  );
}

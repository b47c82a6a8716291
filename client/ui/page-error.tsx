import { useIntl } from 'react-intl';
import { Button } from './button.tsx';
import { uiText } from './messages.ts';
import { PageHead } from './page-head.tsx';

/** A page whose code failed or could not be fetched, for example after a new release. */
export function PageError() {
  const intl = useIntl();
  return (
    <div role="alert">
      <PageHead
        title={intl.formatMessage(uiText.pageFailed)}
        lede={intl.formatMessage(uiText.pageFailedText)}
      />
      <p>
        <Button look="primary" onClick={() => window.location.reload()}>
          {intl.formatMessage(uiText.reload)}
        </Button>
      </p>
    </div>
  );
}

import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { atDoor } from '../lib/door.ts';
import { LinkButton } from './button.tsx';
import { uiText } from './messages.ts';
import { PageHead } from './page-head.tsx';

/** @param children where to go instead of to the first page */
export function NotFound({ children }: { children?: ReactNode }) {
  const intl = useIntl();
  return (
    <>
      <PageHead
        title={intl.formatMessage(uiText.notFound)}
        lede={intl.formatMessage(uiText.notFoundText)}
      />
      <div>
        {children ?? (
          <LinkButton to="/">
            {intl.formatMessage(atDoor({ portal: uiText.toOverview, console: uiText.toConsole }))}
          </LinkButton>
        )}
      </div>
    </>
  );
}

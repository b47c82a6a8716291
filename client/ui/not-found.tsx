import type { ReactNode } from 'react';
import { useIntl } from 'react-intl';
import { atDoor } from '../lib/door.ts';
import { LinkButton } from './button.tsx';
import { uiText } from './messages.ts';
import { PageHead } from './page-head.tsx';

export function NotFound() {
  const intl = useIntl();
  return (
    <NotFoundBut>
      <LinkButton to="/">
        {intl.formatMessage(atDoor({ portal: uiText.toOverview, console: uiText.toConsole }))}
      </LinkButton>
    </NotFoundBut>
  );
}

/** The same with a way on that is nearer than the first page. */
export function NotFoundBut({ children }: { children: ReactNode }) {
  const intl = useIntl();
  return (
    <>
      <PageHead
        title={intl.formatMessage(uiText.notFound)}
        lede={intl.formatMessage(uiText.notFoundText)}
      />
      <div>{children}</div>
    </>
  );
}
